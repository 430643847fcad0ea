import type { Feed, FeedBatch } from '#event-sourcing';
import type { Event, Projection } from '#kernel';

import { BatchFolder, ProjectionStopped } from './batch-folder.js';
import { restAfterMs } from './batch-spacing.js';
import { CheckpointWriter } from './checkpoint-writer.js';
import { pause } from './pause.js';
import { ProjectionProgress } from './projection-progress.js';
import type { ProjectionStores } from './projection-stores.js';

/** Events folded in memory at a time. */
export const maximumBatch = 1_000;
/** Pause after an interruption: doubles from the first to the last. */
const firstPauseMs = 50;
const lastPauseMs = 2_000;

export interface RunnerOptions {
  readonly projection: Projection<object, Event>;
  readonly stores: ProjectionStores;
  readonly feed: Feed;
  readonly monotonicMs: () => number;
  /** Awaited each time before it reads on from its checkpoint. */
  readonly onStart: () => Promise<void>;
  /** Everything up to this position can be read. */
  readonly onReached: (position: bigint) => void;
  /** The end of the log was reached; awaited before the next batch. Called again whenever it is reached again. */
  readonly onCaughtUp: () => Promise<void>;
  /** Rests between two batches, unless somebody waits for this projection. */
  readonly rest: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/** Keeps the documents of one projection up with the log, as long as its signal lets it. */
export class ProjectionRunner {
  readonly progress: ProjectionProgress;
  private readonly folder: BatchFolder;
  private readonly checkpoint: CheckpointWriter;
  private pauseMs = firstPauseMs;

  constructor(private readonly options: RunnerOptions) {
    const { projection, stores, feed, monotonicMs, onError } = options;
    this.folder = new BatchFolder(projection, stores.documents, stores.parked);
    this.checkpoint = new CheckpointWriter(stores.checkpoint, monotonicMs, onError);
    this.progress = new ProjectionProgress(projection, feed, monotonicMs);
  }

  /** Resolves when the signal aborts, or when the projection has stopped for good. Interruptions are repeated. */
  async run(signal: AbortSignal): Promise<void> {
    this.progress.begin();
    while (!signal.aborted && !this.progress.hasStopped) {
      await this.consume(signal);
      if (!signal.aborted && !this.progress.hasStopped) await this.backOff(signal);
    }
    await this.checkpoint.flush();
    if (!this.progress.hasStopped) this.progress.leave();
  }

  private async consume(signal: AbortSignal): Promise<void> {
    const { projection, stores, feed } = this.options;
    try {
      await this.options.onStart();
      await stores.documents.prepare();
      await this.folder.begin();
      const after = await stores.checkpoint.load();
      await this.resume(after);
      await feed.consume({
        name: `${projection.name}_v${projection.version}`,
        after,
        maximumBatch,
        handle: (batch) => this.handle(batch, signal),
        signal,
      });
    } catch (error) {
      if (error instanceof ProjectionStopped) this.progress.stop(error);
      else this.progress.interrupt(error);
      this.options.onError(error);
    }
  }

  private async handle({ events, through }: FeedBatch, signal: AbortSignal): Promise<void> {
    const { monotonicMs, rest } = this.options;
    const startedAtMs = monotonicMs();
    this.progress.work();
    const { handled, written } = await this.foldUpToFailure(events);
    this.progress.fold(handled, written, this.folder.parked);
    this.reach(through);
    if (written > 0) await this.checkpoint.save(through);
    else await this.checkpoint.saveIdle(through);
    this.pauseMs = firstPauseMs;
    if (events.length < maximumBatch || this.progress.atHead) await this.caughtUp();
    const restMs = restAfterMs(monotonicMs() - startedAtMs);
    if (events.length < maximumBatch && restMs > 0) await rest(restMs, signal);
  }

  /** Before it stops, the checkpoint is moved to the last event before the one that could not be folded. */
  private async foldUpToFailure(events: FeedBatch['events']): Promise<{ handled: number; written: number }> {
    try {
      return await this.folder.fold(events);
    } catch (error) {
      if (!(error instanceof ProjectionStopped)) throw error;
      const last = events.findLast(({ position }) => position < error.event.position)?.position;
      if (last !== undefined) {
        this.reach(last);
        await this.checkpoint.save(last);
      }
      throw error;
    }
  }

  private async resume(checkpoint: bigint | undefined): Promise<void> {
    this.progress.resume(checkpoint, this.folder.parked);
    if (checkpoint !== undefined) this.options.onReached(checkpoint);
    if (this.progress.atHead) await this.caughtUp();
  }

  private reach(position: bigint): void {
    this.progress.reach(position);
    this.options.onReached(position);
  }

  private async caughtUp(): Promise<void> {
    await this.options.onCaughtUp();
    this.progress.catchUp();
  }

  private async backOff(signal: AbortSignal): Promise<void> {
    await pause(this.pauseMs, signal);
    this.pauseMs = Math.min(this.pauseMs * 2, lastPauseMs);
  }
}
