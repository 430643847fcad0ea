import { randomUUID } from 'node:crypto';
import { EventStoreDBClient, jsonEvent, StreamNotFoundError } from '@eventstore/db-client';
import { runProgram, type RunningProgram } from '../../support/processes.js';
import { Scavenges } from './scavenges.js';

export interface KillOptions {
  readonly dataDir: string;
  readonly kills: number;
  readonly writers: number;
  /** An engine is killed when so many appends were acknowledged since it started. */
  readonly appendsBeforeKill: number;
  /** Bytes of a segment: small ones, so that segments are sealed and indexes made while it is killed. */
  readonly segmentBytes: number;
}

export interface KillReport {
  /** Events whose appends were acknowledged. */
  readonly acknowledged: number;
  /** Scavenges that were begun, most of them killed. */
  readonly scavenges: number;
  /** From the start of the process to its line, milliseconds, for each start. */
  readonly bootMs: readonly number[];
  /** What was lost, doubled, torn or out of order: nothing, if all is well. */
  readonly faults: readonly string[];
}

const readyTimeoutMs = 60_000;
const answerTimeoutMs = 30_000;
const longestAppend = 4;
/** A scavenge is begun whenever so many more appends were acknowledged, unless one runs. */
const appendsPerScavenge = 40;
/** Every fourth stream keeps so many of its events. */
const keptEvents = 20;

/** An append whose outcome its writer may not know: it is sent again, with the same ids, until it does. */
interface Pending {
  readonly first: number;
  readonly events: ReturnType<typeof jsonEvent>[];
}

/** One writer to one stream, over all lives of the engine. Even ones expect exact revisions, odd ones any. */
class Writer {
  acknowledged = 0;
  private pending: Pending | null = null;

  constructor(
    readonly stream: string,
    private readonly isExact: boolean,
    /** Events that the stream keeps, null for all. */
    readonly maxCount: number | null,
  ) {}

  /** Before its first append. */
  async prepare(client: EventStoreDBClient): Promise<void> {
    if (this.maxCount !== null) await client.setStreamMetadata(this.stream, { maxCount: this.maxCount });
  }

  /** Appends until the engine is gone. */
  async write(client: EventStoreDBClient, isGone: () => boolean, onAcknowledged: () => void): Promise<void> {
    while (!isGone()) {
      this.pending ??= this.nextAppend();
      const { first, events } = this.pending;
      const exact = first === 0 ? 'no_stream' : BigInt(first - 1);
      try {
        const sent = client.appendToStream(this.stream, events, { expectedRevision: this.isExact ? exact : 'any' });
        await withTimeout(sent);
      } catch (error) {
        if (!isGone()) throw error;
        return;
      }
      this.acknowledged = first + events.length;
      this.pending = null;
      onAcknowledged();
    }
  }

  private nextAppend(): Pending {
    const first = this.acknowledged;
    const count = 1 + (first % longestAppend);
    const events = Array.from({ length: count }, (_, index) =>
      jsonEvent({ id: randomUUID(), type: 'numbered', data: { n: first + index, lastOfAppend: index === count - 1 } }),
    );
    return { first, events };
  }
}

const withTimeout = async (sent: Promise<unknown>): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('an append was not answered')), answerTimeoutMs);
  });
  try {
    await Promise.race([sent, late]);
  } finally {
    clearTimeout(timer);
  }
};

const start = async ({ dataDir, segmentBytes }: KillOptions): Promise<{ engine: RunningProgram; address: string }> => {
  const args = ['--port', '0', '--data', dataDir, '--segment-bytes', String(segmentBytes)];
  const engine = runProgram('embedded-eventstore/src/main.js', args, {});
  await engine.printed('listening on', readyTimeoutMs);
  return { engine, address: /listening on (\S+)/.exec(engine.output())?.[1] ?? '' };
};

/** Kills an engine under load again and again, and holds what it kept against what it acknowledged. */
export const killUnderLoad = async (options: KillOptions): Promise<KillReport> => {
  const writers = Array.from(
    { length: options.writers },
    (_, n) => new Writer(`writer-${n}`, n % 2 === 0, n % 4 === 0 ? keptEvents : null),
  );
  const [bootMs, faults]: [number[], string[]] = [[], []];
  let scavenges = 0;
  for (let kill = 0; kill <= options.kills; kill += 1) {
    const startedMs = performance.now();
    const { engine, address } = await start(options);
    bootMs.push(performance.now() - startedMs);
    const client = new EventStoreDBClient({ endpoint: address }, { insecure: true });
    const isLast = kill === options.kills;
    if (kill === 0) for (const writer of writers) await writer.prepare(client);
    if (!isLast) scavenges += await writeUntilKilled(engine, address, client, writers, options.appendsBeforeKill);
    else {
      for (const writer of writers) faults.push(...(await faultsOf(client, writer)));
      faults.push(...(await orderFaults(client)));
      await engine.stop();
    }
    await client.dispose();
  }
  const acknowledged = writers.reduce((sum, writer) => sum + writer.acknowledged, 0);
  return { acknowledged, scavenges, bootMs, faults };
};

/** Answers how many scavenges were begun. */
const writeUntilKilled = async (
  engine: RunningProgram,
  address: string,
  client: EventStoreDBClient,
  writers: readonly Writer[],
  enough: number,
): Promise<number> => {
  const scavenges = new Scavenges(address);
  let count = 0;
  let isGone = false;
  const ended = new Promise((resolve) => engine.process.once('exit', resolve));
  const onAcknowledged = (): void => {
    count += 1;
    if (count % appendsPerScavenge === 0) scavenges.begin();
    if (count !== enough) return;
    isGone = true;
    engine.process.kill('SIGKILL');
  };
  await Promise.all(writers.map((writer) => writer.write(client, () => isGone, onAcknowledged)));
  await ended;
  scavenges.close();
  return scavenges.begun;
};

/** Everything acknowledged is there once, in order; what was not acknowledged is there whole or not at all. */
const faultsOf = async (client: EventStoreDBClient, writer: Writer): Promise<string[]> => {
  const { stream, acknowledged, maxCount } = writer;
  const numbers: number[] = [];
  let endsWhole = true;
  try {
    for await (const { event } of client.readStream(stream)) {
      const data = event?.data as { n: number; lastOfAppend: boolean };
      numbers.push(data.n);
      endsWhole = data.lastOfAppend;
    }
  } catch (error) {
    if (!(error instanceof StreamNotFoundError)) throw error;
  }
  const faults: string[] = [];
  const end = (numbers.at(-1) ?? -1) + 1;
  const first = maxCount === null ? 0 : Math.max(0, end - maxCount);
  if (end < acknowledged) faults.push(`${stream}: ${acknowledged} acknowledged, ${end} stored`);
  if (numbers.length !== end - first || numbers.some((number, at) => number !== first + at))
    faults.push(`${stream}: lost, doubled or reordered events`);
  if (!endsWhole) faults.push(`${stream}: ends within an append`);
  return faults;
};

const orderFaults = async (client: EventStoreDBClient): Promise<string[]> => {
  let [before, faults]: [bigint, number] = [-1n, 0];
  for await (const { event } of client.readAll()) {
    const position = event?.position.commit ?? -1n;
    if (position <= before) faults += 1;
    before = position;
  }
  return faults === 0 ? [] : [`$all: ${faults} events out of order`];
};
