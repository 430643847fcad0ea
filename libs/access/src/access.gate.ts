import type { FastifyRequest } from 'fastify';

import { type Gate, type GuardedRoute, permissionDenied } from '#http';

import { type AccessDecision, type Admitted, type Asked, type Presented, rateHeaders } from './decision.js';
import type { FairShare } from './fair-share.js';
import { turnOf } from './turn.js';

const scheme = 'bearer ';
const hallParameter = 'hallId';

/** The decision before every REST route. `certifiedClient` tells what a connection's certificate says, where gateways need one. */
export function accessGate(
  decision: AccessDecision,
  certifiedClient: (request: FastifyRequest) => string | null | undefined,
  share: FairShare,
): Gate {
  const asks = new WeakMap<GuardedRoute, Omit<Asked, 'hallId'>>();
  const askOf = (route: GuardedRoute): Omit<Asked, 'hallId'> | undefined => {
    const known = asks.get(route);
    if (known || !route.requirement || 'public' in route.requirement) return known;
    const asked = { route: route.name, permissions: [route.requirement.permission], rate: route.rate } as const;
    asks.set(route, asked);
    return asked;
  };

  return (request, reply, route) => {
    const { requirement } = route;
    if (!requirement) throw permissionDenied('Nobody may use this address.');
    if ('public' in requirement) {
      const rate = route.rate === 'sign-in' ? 'sign-in' : 'open';
      reply.headers(rateHeaders(rate, decision.limitOf(rate), decision.admitOpen(request.source, rate)));
      return undefined;
    }
    const asked = askOf(route);
    if (!asked) throw permissionDenied('Nobody may use this address.');
    const presented: Presented = {
      token: tokenOf(request),
      source: request.source,
      certifiedClient: certifiedClient(request),
    };
    const admit = ({ caller, rate }: Admitted): Promise<void> | undefined => {
      request.caller = caller;
      if (rate) reply.headers(rateHeaders(route.rate, decision.limitOf(route.rate), rate));
      return turnOf(share, caller, route.rate, reply.raw);
    };
    const hallId = hallOf(request);
    const decided = decision.decide(presented, hallId === undefined ? asked : { ...asked, hallId });
    if (decided instanceof Promise) return decided.then(admit);
    return admit(decided);
  };
}

function tokenOf({ headers: { authorization } }: FastifyRequest): string | undefined {
  if (authorization?.slice(0, scheme.length).toLowerCase() !== scheme) return undefined;
  return authorization.slice(scheme.length).trim();
}

/** The hall that the address or the query names. */
function hallOf({ params, query }: FastifyRequest): string | undefined {
  return member(params, hallParameter) ?? member(query, hallParameter);
}

function member(value: unknown, name: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const found: unknown = Reflect.get(value, name);
  return typeof found === 'string' ? found : undefined;
}
