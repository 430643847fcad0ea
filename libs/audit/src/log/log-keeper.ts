import { setTimeout as pauseMs } from 'node:timers/promises';

import { appendCertainly, type EventStore } from '#event-sourcing';
import { type Clock, derivedId } from '#kernel';
import {
  checkpointSigned,
  checkpointStream,
  consistencyProof,
  isConsistent,
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
  readonly storage: LogStorage;
  readonly signer: NoteSigner;
  readonly clock: Clock;
  /** Between two looks for new events, milliseconds. */
  readonly everyMs?: number;
}

/** Every second in which something came gets a checkpoint. */
const usualEveryMs = 1_000;

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
    await this.look(AbortSignal.timeout(usualEveryMs));
  }

  /** Logs what came, and signs once all of it is logged. */
  async look(signal?: AbortSignal): Promise<void> {
    for await (const events of storePages(this.options.store, this.writer.state.through)) {
      const changes = this.writer.append(events);
      await this.options.storage.write(changes);
      await this.options.storage.writeState(this.writer.state);
      this.unsigned ||= events.some(({ stream }) => stream !== checkpointStream);
      if (signal?.aborted === true) return;
    }
    if (this.unsigned) await this.sign();
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
