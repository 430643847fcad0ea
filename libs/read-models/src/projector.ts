import type { Feed } from '#event-sourcing';

import type { Lease, Leases } from './lease.js';
import type { LiveVersions } from './live-versions.js';
import { aborted } from './pause.js';
import type { PositionWatch } from './position-watch.js';
import { ProjectionRunner } from './projection-runner.js';
import type { ProjectionStores } from './projection-stores.js';
import type { ProjectionHealth } from './read-models.js';
import { callable, collectionName, type RegisteredProjection } from './registered-projection.js';

/** How long a projector that fell silent keeps the others from taking over. */
const leaseTtlMs = 5_000;

export interface ProjectorOptions {
  readonly projections: readonly RegisteredProjection[];
  readonly storesOf: (projection: RegisteredProjection) => ProjectionStores;
  readonly feed: Feed;
  readonly leases: Leases;
  readonly live: LiveVersions;
  readonly watch: PositionWatch;
  readonly monotonicMs: () => number;
  readonly onError: (error: unknown) => void;
}

/** Runs all projections of this process while it holds the lease; one process of a deployment does. */
export class Projector {
  private readonly runners: readonly { readonly collection: string; readonly runner: ProjectionRunner }[];
  private lease: Lease | undefined;

  constructor(private readonly options: ProjectorOptions) {
    this.runners = options.projections.map((projection) => this.runnerOf(projection));
  }

  start(): void {
    this.lease ??= this.options.leases.hold('projector', {
      ttlMs: leaseTtlMs,
      onAcquired: (signal) => this.runAll(signal),
      onError: this.options.onError,
    });
  }

  async stop(): Promise<void> {
    await this.lease?.release();
  }

  health(): readonly ProjectionHealth[] {
    return this.runners.map(({ runner }) => runner.progress.health());
  }

  /** The lease is kept even when every projection has stopped: another process would stop at the same events. */
  private async runAll(signal: AbortSignal): Promise<void> {
    const runs = this.runners.map(async ({ collection, runner }) => {
      await runner.run(signal);
      this.options.watch.left(collection);
    });
    await Promise.all([...runs, aborted(signal)]);
  }

  private runnerOf(projection: RegisteredProjection): { collection: string; runner: ProjectionRunner } {
    const { storesOf, feed, live, watch, monotonicMs, onError } = this.options;
    const { name, version } = projection;
    const collection = collectionName(name, version);
    const runner = new ProjectionRunner({
      projection: callable(projection),
      stores: storesOf(projection),
      feed,
      monotonicMs,
      onStart: () => live.begin(name, version),
      onReached: (position) => watch.reached(collection, position),
      onCaughtUp: () => live.switchTo(name, version),
      rest: (milliseconds, signal) => watch.rest(collection, milliseconds, signal),
      onError,
    });
    return { collection, runner };
  }
}
