import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';

import type { HttpMetrics } from './http-metrics.js';

/**
 * A Fastify `onResponse` hook: one log line and one observation a request. Neither headers nor bodies are logged; of calls
 * that were too many only at `debug`: they come in floods, and stand in the history and in the metrics.
 */
export const requestLog = (metrics: HttpMetrics, logger: Logger) => {
  // What it logs is named here: to look through it for secrets would cost more than to write it.
  const lines = logger.child({}, { redact: [] });
  return (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    const { method, caller } = request;
    const route = request.is404 ? '' : (request.routeOptions.url ?? '');
    const status = reply.statusCode;
    const durationMs = Math.round(reply.elapsedTime * 1000) / 1000;
    metrics.observe(method, route, status, durationMs);
    lines[status === tooMany ? 'debug' : 'info'](
      {
        correlationId: request.id,
        method,
        route,
        path: pathOf(request.url),
        status,
        durationMs,
        address: request.source,
        ...(caller ? { caller: `${caller.kind}:${caller.id}`, roles: caller.roles } : {}),
      },
      'request',
    );
    done();
  };
};

const tooMany = 429;

/** Without the query, which may carry what nobody should read in a log. */
function pathOf(url: string): string {
  const end = url.indexOf('?');
  return end === -1 ? url : url.slice(0, end);
}
