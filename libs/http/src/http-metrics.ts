import { Counter, Histogram, type Registry } from 'prom-client';

/** Nest's injection token of the process's prom-client Registry. */
export const METRICS = Symbol('Metrics');

export interface HttpMetrics {
  /** @param route the pattern, never the concrete path: the number of series stays small */
  readonly observe: (method: string, route: string, status: number, milliseconds: number) => void;
}

const secondsBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const noRoute = 'none';

export function httpMetrics(registry: Registry): HttpMetrics {
  const requests = new Counter({
    name: 'tallyhall_http_requests_total',
    help: 'Requests answered.',
    labelNames: ['method', 'route', 'status'],
    registers: [registry],
  });
  const durations = new Histogram({
    name: 'tallyhall_http_request_duration_seconds',
    help: 'From the arrival of a request to the end of its answer.',
    labelNames: ['method', 'route'],
    buckets: secondsBuckets,
    registers: [registry],
  });
  const routes = new Map<string, ReturnType<typeof durations.labels>>();

  return {
    observe: (method, route, status, milliseconds) => {
      const pattern = route || noRoute;
      requests.labels(method, pattern, status.toString()).inc();
      const key = `${method} ${pattern}`;
      const duration = routes.get(key) ?? durations.labels(method, pattern);
      if (routes.size < maximumRoutes) routes.set(key, duration);
      duration.observe(milliseconds / 1000);
    },
  };
}

/** Routes whose histogram is kept at hand. */
const maximumRoutes = 1_000;
