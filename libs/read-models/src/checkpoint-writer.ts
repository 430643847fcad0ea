import type { CheckpointStore } from './projection-stores.js';

/** Events that a projection does not handle move its stored checkpoint at most this often. */
const idleCheckpointMs = 1_000;

/** Stores how far a projection has come: at once after a write, now and then while nothing concerned it. */
export class CheckpointWriter {
  private waiting: bigint | undefined;
  private timer: NodeJS.Timeout | undefined;
  private savedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly store: CheckpointStore,
    private readonly monotonicMs: () => number,
    private readonly onError: (error: unknown) => void,
  ) {}

  async save(position: bigint): Promise<void> {
    this.cancel();
    await this.store.save(position);
    this.savedAt = this.monotonicMs();
  }

  /** Nothing was written since the checkpoint before: this one may come late. */
  async saveIdle(position: bigint): Promise<void> {
    const dueInMs = this.savedAt + idleCheckpointMs - this.monotonicMs();
    if (dueInMs <= 0) return this.save(position);
    this.waiting = position;
    this.timer ??= setTimeout(() => void this.flush(), dueInMs);
  }

  /** Stores what is waiting. A failure is only reported: events that changed nothing can be read again. */
  async flush(): Promise<void> {
    const { waiting } = this;
    this.cancel();
    if (waiting !== undefined) await this.save(waiting).catch(this.onError);
  }

  private cancel(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.waiting = undefined;
  }
}
