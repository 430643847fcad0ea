import { Gauge, type Registry } from 'prom-client';

import type { ReadModels } from '#read-models';

/** How the read models of this process do, for Prometheus. */
export function readModelMetrics(registry: Registry, readModels: ReadModels): void {
  const gauge = (
    name: string,
    help: string,
    value: (projection: ReturnType<ReadModels['health']>[number]) => number,
  ): void => {
    new Gauge({
      name,
      help,
      labelNames: ['projection'],
      registers: [registry],
      collect() {
        for (const projection of readModels.health()) this.set({ projection: projection.name }, value(projection));
      },
    });
  };
  gauge(
    'tallyhall_projection_lag_seconds',
    'Seconds since a projection that is behind made progress.',
    ({ lagMs }) => lagMs / 1_000,
  );
  gauge('tallyhall_projection_progressing', '1 while a projection keeps up or makes progress.', ({ progressing }) =>
    progressing ? 1 : 0,
  );
  gauge('tallyhall_projection_parked_documents', 'Documents that are no longer folded.', ({ parked }) => parked);
  gauge(
    'tallyhall_projection_folded_events_total',
    'Events folded since the start.',
    ({ foldedEvents }) => foldedEvents,
  );
}
