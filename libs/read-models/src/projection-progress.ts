import type { Feed } from '#event-sourcing';

import type { ProjectionHealth, ProjectionState } from './read-models.js';

/** A projection that has something to do and gets nowhere for this long stands still. */
const standstillMs = 10_000;

/** How far one projection has come, and whether it moves. */
export class ProjectionProgress {
  private state: ProjectionState = 'elsewhere';
  private position: bigint | undefined;
  private error: string | undefined;
  private parked = 0;
  private foldedEvents = 0;
  private writtenDocuments = 0;
  private isWorking = false;
  /** Since when it has had something to do and has not moved. */
  private busySince: number | undefined;
  /** Since when the end of the log has been ahead of it. */
  private behindSince: number | undefined;
  /** The end of the log when it last moved. That end may be an event of the store's own, which it is never given. */
  private headThen: bigint | undefined;

  constructor(
    private readonly projection: { readonly name: string; readonly version: number },
    private readonly feed: Pick<Feed, 'head'>,
    private readonly monotonicMs: () => number,
  ) {}

  get hasStopped(): boolean {
    return this.state === 'stopped';
  }

  get atHead(): boolean {
    const { head } = this.feed;
    return head !== undefined && this.position !== undefined && this.position >= head;
  }

  begin(): void {
    this.state = 'catching-up';
    this.error = undefined;
    this.busy();
  }

  /** It reads on from its checkpoint. After a batch that failed, only moving past it is progress. */
  resume(checkpoint: bigint | undefined, parked: number): void {
    this.position = checkpoint;
    this.parked = parked;
    if (!this.isWorking) this.moved();
  }

  /** It was given a batch. */
  work(): void {
    this.isWorking = true;
    this.busy();
  }

  fold(events: number, documents: number, parked: number): void {
    this.foldedEvents += events;
    this.writtenDocuments += documents;
    this.parked = parked;
  }

  reach(position: bigint): void {
    this.position = position;
    this.isWorking = false;
    this.moved();
  }

  catchUp(): void {
    this.behindSince = undefined;
    if (this.state === 'catching-up') this.state = 'live';
  }

  stop(error: Error): void {
    this.state = 'stopped';
    this.error = error.message;
  }

  interrupt(error: unknown): void {
    this.error = error instanceof Error ? error.message : String(error);
    this.busy();
  }

  leave(): void {
    this.state = 'elsewhere';
    this.isWorking = false;
    this.busySince = undefined;
    this.behindSince = undefined;
  }

  health(): ProjectionHealth {
    const { head } = this.feed;
    if (this.state !== 'elsewhere' && head !== this.headThen && !this.atHead) this.busy();
    const now = this.monotonicMs();
    const standsStill = this.busySince !== undefined && now - this.busySince > standstillMs;
    return {
      name: this.projection.name,
      version: this.projection.version,
      state: this.state === 'live' && this.parked > 0 ? 'parked' : this.state,
      position: this.position,
      behind: this.behindSince !== undefined,
      lagMs: this.behindSince === undefined ? 0 : Math.round(now - this.behindSince),
      progressing: !this.hasStopped && !standsStill,
      parked: this.parked,
      foldedEvents: this.foldedEvents,
      writtenDocuments: this.writtenDocuments,
      ...(this.error === undefined ? {} : { error: this.error }),
    };
  }

  private busy(): void {
    const now = this.monotonicMs();
    this.busySince ??= now;
    this.behindSince ??= now;
  }

  private moved(): void {
    this.error = undefined;
    this.busySince = undefined;
    this.headThen = this.feed.head;
  }
}
