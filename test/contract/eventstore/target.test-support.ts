/** The server that the contract is held against: EVENTSTORE_URL, or the embedded engine in this process. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { credentials } from '@grpc/grpc-js';
import { EventStoreDBClient, jsonEvent, type AllStreamResolvedEvent } from '@eventstore/db-client';
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { startEventStore } from '#embedded-eventstore';

export interface Target {
  readonly client: EventStoreDBClient;
  /** The stubs of the protocol itself. */
  readonly raw: InstanceType<typeof streamsService.StreamsClient>;
}

interface Server {
  readonly address: string;
  readonly stop: () => Promise<void>;
}

/** `esdb://host:port?tls=false` as host:port. */
const addressIn = (url: string): string => new URL(url).host;

/** The server under test, one that is started where none is named. */
const serverUnderTest = async (): Promise<Server> => {
  const url = process.env['EVENTSTORE_URL'];
  if (url !== undefined && url !== '') return { address: addressIn(url), stop: () => Promise.resolve() };
  const directory = await mkdtemp(join(tmpdir(), 'es-'));
  const server = await startEventStore({ dataDir: join(directory, 'data'), socketPath: join(directory, 's') });
  const stop = async (): Promise<void> => {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  };
  return { address: server.address, stop };
};

/** Connections to the server under test, open for all tests of a file. */
export const contractTarget = (): Target => {
  let server: Server;
  let client: EventStoreDBClient;
  let raw: Target['raw'];
  beforeAll(async () => {
    server = await serverUnderTest();
    client = new EventStoreDBClient({ endpoint: server.address }, { insecure: true });
    raw = new streamsService.StreamsClient(server.address, credentials.createInsecure());
  });
  afterAll(async () => {
    raw.close();
    await client.dispose();
    await server.stop();
  });
  return {
    get client() {
      return client;
    },
    get raw() {
      return raw;
    },
  };
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
