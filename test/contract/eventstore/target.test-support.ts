/** The server that the contract is held against: EVENTSTORE_URL, or the embedded engine in this process. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentials } from '@grpc/grpc-js';
import { EventStoreDBClient, jsonEvent, type AllStreamResolvedEvent } from '@eventstore/db-client';
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { startEventStore } from '#embedded-eventstore';

export interface Target {
  readonly client: EventStoreDBClient;
  /** The stubs of the protocol itself. */
  readonly raw: InstanceType<typeof streamsService.StreamsClient>;
  readonly close: () => Promise<void>;
}

const connect = (address: string, stop: () => Promise<void>): Target => {
  const client = new EventStoreDBClient({ endpoint: address }, { insecure: true });
  const raw = new streamsService.StreamsClient(address, credentials.createInsecure());
  return {
    client,
    raw,
    close: async () => {
      raw.close();
      await client.dispose();
      await stop();
    },
  };
};

/** `esdb://host:port?tls=false` as host:port. */
const addressIn = (url: string): string => new URL(url).host;

/** Connects to the server under test, starting one where none is named. */
export const openTarget = async (): Promise<Target> => {
  const url = process.env['EVENTSTORE_URL'];
  if (url !== undefined && url !== '') return connect(addressIn(url), () => Promise.resolve());
  const directory = await mkdtemp(join(tmpdir(), 'es-'));
  const server = await startEventStore({ dataDir: join(directory, 'data'), socketPath: join(directory, 's') });
  return connect(server.address, async () => {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  });
};

/** Where raw clients of other services reach the server. */
export const addressOf = ({ raw }: Target): string => raw.getChannel().getTarget();

/** An id nobody else has. */
export const newId = (): string => randomUUID();

/** A stream that no other test, and no earlier run on the same server, has touched. */
export const newStream = (prefix = 'contract'): string => `${prefix}-${newId()}`;

/** Events with the numbers as their data. */
export const events = (...numbers: number[]) =>
  numbers.map((n) => jsonEvent({ id: newId(), type: 'counted', data: { n } }));

/** Everything an iterable yields, up to `limit` items. */
export const collect = async <Item>(source: AsyncIterable<Item>, limit = Number.MAX_SAFE_INTEGER): Promise<Item[]> => {
  const items: Item[] = [];
  if (limit === 0) return items;
  for await (const item of source) {
    items.push(item);
    if (items.length === limit) break;
  }
  return items;
};

/** The numbers of a stream's events as a read gives them. */
export const numbersOf = async (
  source: AsyncIterable<{ event?: { data: unknown } }>,
  limit?: number,
): Promise<number[]> => {
  const items = await collect(source, limit);
  return items.map(({ event }) => numberIn(event?.data));
};

const numberIn = (data: unknown): number =>
  typeof data === 'object' && data !== null && 'n' in data && typeof data.n === 'number' ? data.n : Number.NaN;

/** The commit position of an event of $all. */
export const positionOf = ({ event, link }: AllStreamResolvedEvent): bigint => (link ?? event)?.position.commit ?? -1n;

/** The error a promise is rejected with. */
export const errorOf = async (attempt: Promise<unknown>): Promise<Error> => {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  throw new Error('it was not rejected');
};
