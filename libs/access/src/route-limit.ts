import { z } from 'zod';

import { DomainError } from '#kernel';

/** Most routes that a limit names; whoever needs more needs no limit. */
const maximumRoutes = 200;
const routeForm = /^(GET|POST|PUT|PATCH|DELETE) \/[\w./{}-]{1,150}$|^LIVE [a-z][a-z-]{0,62}( [a-z-]{1,63})?$/;

/**
 * The only routes that a client may use, beside what its roles allow: `GET /api/v1/halls/{hallId}`, or on a socket
 * `LIVE subscribe wallets` and `LIVE deposit`. Null: no limit.
 */
export const routeLimitSchema = z
  .array(z.string().regex(routeForm, 'must be a route such as GET /api/v1/halls or LIVE subscribe wallets'))
  .min(1)
  .max(maximumRoutes)
  .readonly()
  .nullable();
export type RouteLimit = z.output<typeof routeLimitSchema>;

/** @throws {DomainError} `route_unknown`: a limit that names what is not there would quietly forbid what was meant */
export function assertRoutesKnown(routes: RouteLimit, known: ReadonlySet<string>): void {
  const unknown = routes?.findIndex((route) => !known.has(route)) ?? -1;
  if (unknown === -1) return;
  throw new DomainError('route_unknown', `There is no route '${routes?.[unknown]}' here.`, {
    pointer: `/routes/${unknown}`,
  });
}
