import type { EventStore } from '#event-sourcing';
import type { HealthIndicator } from '#http';
import type { ReadModels } from '#read-models';

/** Ready means: the log can be read, and every projection of this process keeps up or makes progress. */
export const healthIndicators = (readModels: ReadModels, store: EventStore): readonly HealthIndicator[] => [
  {
    name: 'event-store',
    check: async () => ({ healthy: true, detail: { position: ((await store.lastPosition()) ?? 0n).toString() } }),
  },
  {
    name: 'read-models',
    check: () => {
      const projections = readModels.health();
      const healthy = projections.every(({ progressing, state }) => progressing && state !== 'stopped');
      const detail = {
        projections: projections.map(({ name, version, state, position, behind, lagMs, parked, error }) => ({
          name,
          version,
          state,
          position: position?.toString() ?? null,
          behind,
          lagMs,
          parked,
          ...(error === undefined ? {} : { error }),
        })),
      };
      return Promise.resolve({ healthy, detail });
    },
  },
];
