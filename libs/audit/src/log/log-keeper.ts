import { setImmediate as turnOfTheEventLoop, setTimeout as pauseMs } from 'node:timers/promises';

import { appendCertainly, type EventStore, type RecentHistory } from '#event-sourcing';
import { type Clock, derivedId, type RecordedEvent } from '#kernel';
import {
  checkpointSigned,
  checkpointStream,
  consistencyProof,
  isConsistent,
  joinedChanges,
  type LogChanges,
  type LogStorage,
  LogWriter,
  NoteInvalid,
  type NoteSigner,
  signCheckpoint,
  TileMissing,
  TileReader,
} from '#tamper-log';

import { lastCheckpoint, type LastCheckpoint } from './last-checkpoint.js';
import { logMetadata } from './log-events.js';
import { storePages } from './store-pages.js';

export interface LogKeeperOptions {
  readonly store: EventStore;
  /** What this process has read of the store anyway: what is in there is not read again. */
  readonly recent?: RecentHistory;
  readonly storage: LogStorage;
  readonly signer: NoteSigner;
  readonly clock: Clock;
  /** Between two looks for new events, milliseconds. */
  readonly everyMs?: number;
}

/** Every second in which something came gets a checkpoint. */
const usualEveryMs = 1_000;
/** Events hashed at a time: some milliseconds, in which nothing else goes on. */
const sliceLength = 100;
/** Events whose leaves are written at a time. */
const pageLength = 2_000;

/** What is stored does not continue what was signed last. Nothing more is signed. */
export class LogInconsistent extends Error {
  constructor(why: string) {
    super(`The tamper log is not signed: ${why}.`);
    this.name = 'LogInconsistent';
  }
}

/** Writes the log behind the store and signs it; one at a time over all processes, by lease. */
export class LogKeeper {
  private last: LastCheckpoint | undefined;
  /** Whether something other than checkpoints was logged since the last of them. */
  private unsigned = false;

  private constructor(
    private readonly options: LogKeeperOptions,
    private readonly writer: LogWriter,
  ) {}

  /** Takes the log up where it stands. @throws {LogInconsistent} its tiles do not make the tree that they did */
  static async open(options: LogKeeperOptions): Promise<LogKeeper> {
    const { storage, store, signer } = options;
    const state = await storage.readState();
    const writer = state ? await asStored(() => LogWriter.resume(storage, state)) : LogWriter.empty();
    if (state && !writer.state.root.equals(state.root))
      throw new LogInconsistent(`the tiles of its ${state.size} leaves make another root than they did`);
    const keeper = new LogKeeper(options, writer);
    keeper.last = await asStored(() => lastCheckpoint(store, signer));
    keeper.unsigned = writer.state.size > (keeper.last?.size ?? 0) + 1;
    return keeper;
  }

  get size(): number {
    return this.writer.state.size;
  }

  /** Keeps the log until the signal aborts, and then once more. @throws {LogInconsistent} it may not be signed */
  async keep(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.look(signal);
      await pauseMs(this.options.everyMs ?? usualEveryMs, undefined, { signal }).catch(() => undefined);
    }
    // The store itself: what came last may not have been read by this process.
    await this.look(AbortSignal.timeout(usualEveryMs), this.storedPages());
  }

  /** Logs what came, and signs once all of it is logged. */
  async look(signal?: AbortSignal, pages = this.pages()): Promise<void> {
    for await (const events of pages) {
      await this.options.storage.write(await this.append(events));
      await this.options.storage.writeState(this.writer.state);
      this.unsigned ||= events.some(({ stream }) => stream !== checkpointStream);
      if (signal?.aborted === true) return;
    }
    if (this.unsigned) await this.sign();
  }

  /** What is not logged yet: from memory as far as that reaches back, and otherwise from the store, to its end. */
  private async *pages(): AsyncGenerator<readonly RecordedEvent[]> {
    const seen = this.options.recent?.since(this.writer.state.through ?? undefined);
    if (!seen) {
      yield* this.storedPages();
      return;
    }
    for (let from = 0; from < seen.length; from += pageLength) yield seen.slice(from, from + pageLength);
  }

  private storedPages(): AsyncGenerator<readonly RecordedEvent[]> {
    return storePages(this.options.store, this.writer.state.through);
  }

  private async append(events: readonly RecordedEvent[]): Promise<LogChanges> {
    const changes: LogChanges[] = [];
    for (let from = 0; from < events.length; from += sliceLength) {
      changes.push(this.writer.append(events.slice(from, from + sliceLength)));
      await turnOfTheEventLoop();
    }
    return joinedChanges(changes);
  }

  private async sign(): Promise<void> {
    const { store, signer, clock } = this.options;
    const { size, root } = this.writer.state;
    if (this.last && size < this.last.size)
      throw new LogInconsistent(`the store ends at leaf ${size}, and ${this.last.size} leaves were signed`);
    if (this.last) await asStored(() => this.assertContinues(this.last as LastCheckpoint));
    const note = signCheckpoint({ size, root }, signer);
    const now = clock();
    const event = {
      id: derivedId('checkpoint', signer.name, size.toString(), root.toString('hex')),
      type: checkpointSigned.type,
      data: { size: size.toString(), root: root.toString('base64'), note },
      metadata: logMetadata(now, 'checkpoint', signer.name, size.toString()),
    };
    const { revision } = await appendCertainly(store, checkpointStream, [event], this.last?.revision ?? 'no-stream');
    this.last = { origin: signer.name, size, root, note, revision, signedAt: now };
    this.unsigned = false;
  }

  /** By the stored tiles, not by what is in memory: they are what others are going to see. */
  private async assertContinues(last: LastCheckpoint): Promise<void> {
    const reader = new TileReader(this.options.storage, false);
    const head = this.writer.state;
    const proof = last.size === 0 ? [] : await consistencyProof(last.size, head.size, (tree) => reader.hashOf(tree));
    if (last.size > 0 && !isConsistent(last, head, proof))
      throw new LogInconsistent(`the first ${last.size} leaves are not those that were signed`);
  }
}

/** A tile that was lost, and a checkpoint that is not the log's own, are inconsistencies as well. */
async function asStored<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TileMissing || error instanceof NoteInvalid) throw new LogInconsistent(error.message);
    throw error;
  }
}
