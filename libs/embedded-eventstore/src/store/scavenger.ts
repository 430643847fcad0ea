import { randomUUID } from 'node:crypto';
import { EngineStopped } from '../errors.js';
import { scavengeCompletedEvents, scavengeStartedEvents, type ScavengeResult } from './scavenge-events.js';
import { ScavengeWork, type ScavengeReport, type ScavengeTarget } from './scavenge-work.js';
import type { Append } from './append-rules.js';

/** A scavenge that runs. */
export interface RunningScavenge {
  readonly id: string;
  /** Whether it was begun by this call, or ran already. */
  readonly isNew: boolean;
  /** Resolves when it is over, with what it has freed; rejects when it failed or was stopped. */
  readonly done: Promise<ScavengeReport>;
}

interface Run {
  readonly id: string;
  readonly work: ScavengeWork;
  readonly stopping: AbortController;
  readonly done: Promise<ScavengeReport>;
}

/** Was stopped on demand: what was done stays done. */
class ScavengeStopped extends Error {
  override readonly name = 'ScavengeStopped';
}

/** Gives space back, one scavenge at a time, and keeps a record of each in the streams that EventStoreDB has for it. */
export class Scavenger {
  private run: Run | null = null;
  private isClosed = false;

  constructor(
    private readonly target: ScavengeTarget,
    private readonly append: (append: Append) => Promise<unknown>,
  ) {}

  /** Begins a scavenge unless one runs. Throws EngineStopped while the store closes. */
  start(): RunningScavenge {
    if (this.isClosed) throw new EngineStopped('the event store is stopping');
    const isNew = this.run === null;
    const { id, done } = (this.run ??= this.begin());
    return { id, isNew, done };
  }

  /** Stops the scavenge with this id; false when none with it runs. */
  stop(id: string): boolean {
    if (this.run?.id !== id) return false;
    this.run.stopping.abort(new ScavengeStopped('the scavenge was stopped'));
    return true;
  }

  /** The id of the scavenge that runs, or null. */
  get runningId(): string | null {
    return this.run?.id ?? null;
  }

  /** Metadata of this stream is being written: it may show what was to go. */
  noteMetadata(streamKey: string): void {
    this.run?.work.noteMetadata(streamKey);
  }

  /** Stops what runs. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.run?.stopping.abort(new EngineStopped('the event store is stopping'));
    await this.run?.done.catch(() => undefined);
  }

  private begin(): Run {
    const stopping = new AbortController();
    const id = randomUUID();
    const work = new ScavengeWork(this.target, stopping.signal);
    const done = this.carryOut(id, work).finally(() => {
      this.run = null;
    });
    done.catch(() => undefined);
    return { id, work, stopping, done };
  }

  private async carryOut(id: string, work: ScavengeWork): Promise<ScavengeReport> {
    const startedMs = performance.now();
    await this.record(scavengeStartedEvents(id));
    let failure: Error | null = null;
    try {
      await work.run();
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
    }
    const elapsedMs = performance.now() - startedMs;
    const { bytes } = work.report;
    await this.record(scavengeCompletedEvents(id, resultOf(failure), failure?.message ?? '', elapsedMs, bytes));
    if (failure !== null) throw failure;
    return work.report;
  }

  /** A record that cannot be written (a full disk) is no reason not to make room. */
  private async record(appends: readonly Append[]): Promise<void> {
    for (const append of appends) await this.append(append).catch(() => undefined);
  }
}

const resultOf = (failure: Error | null): ScavengeResult => {
  if (failure === null) return 'Success';
  return failure instanceof ScavengeStopped || failure instanceof EngineStopped ? 'Stopped' : 'Failed';
};
