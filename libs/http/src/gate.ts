import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';

import { isRequirement, type Requirement } from './permission.js';
import { sendProblem } from './problem.filter.js';
import { permissionDenied, RequestRefused } from './request-refused.js';

/** Refusals that are held back at a time, by process; the rest is answered at once. */
const maximumHeld = 1_000;

/** How often it may be asked is counted apart for each of these. */
export const routeClasses = ['read', 'write', 'internal', 'sign-in', 'open'] as const;
export type RouteClass = (typeof routeClasses)[number];

/** A route as the gate sees it. */
export interface GuardedRoute {
  /** As OpenAPI writes it: `GET /api/v1/things/{thingId}`. */
  readonly name: string;
  readonly rate: RouteClass;
  /** Undefined where it declares nothing: then nobody passes. */
  readonly requirement: Requirement | undefined;
}

/**
 * Stands before every route, and before a body is read. Sets `request.caller` for those who may pass.
 * @throws {RequestRefused} or rejects with it: they may not
 */
export type Gate = (request: FastifyRequest, reply: FastifyReply, route: GuardedRoute) => void | Promise<void>;

/** Holds the gate of a server; without one nothing passes that is not public. */
export class Gates {
  private gate: Gate = (_request, _reply, { requirement }) => {
    if (!requirement || !('public' in requirement)) throw permissionDenied('Nobody may use this address.');
  };
  private readonly known: GuardedRoute[] = [];
  private held = 0;

  use(gate: Gate): void {
    this.gate = gate;
  }

  /** Every route that was added to the server. */
  get routes(): readonly GuardedRoute[] {
    return this.known;
  }

  /** Puts the gate before a route that is being added. */
  guard(route: RouteOptions, openPaths: readonly string[]): void {
    const guarded = guardedRoute(route, openPaths);
    this.known.push(guarded);
    const hooks = route.onRequest === undefined ? [] : [route.onRequest].flat();
    route.onRequest = [...hooks, (request, reply, done) => this.pass(request, reply, guarded, done)];
  }

  private pass(request: FastifyRequest, reply: FastifyReply, route: GuardedRoute, done: () => void): void {
    try {
      const passing = this.gate(request, reply, route);
      if (passing) passing.then(done, (error: unknown) => this.refuse(error, request, reply));
      else done();
    } catch (error) {
      this.refuse(error, request, reply);
    }
  }

  private refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const heldMs = error instanceof RequestRefused ? error.refusal.heldMs : undefined;
    if (heldMs === undefined || this.held >= maximumHeld) return sendProblem(error, request, reply);
    this.held += 1;
    setTimeout(() => {
      this.held -= 1;
      sendProblem(error, request, reply);
    }, heldMs);
  }
}

/** Puts a gate before every route of a server, those that are added later included. */
export function guardRoutes(fastify: FastifyInstance, openPaths: readonly string[]): void {
  const gates = new Gates();
  fastify.decorate('gates', gates);
  fastify.addHook('onRoute', (route) => gates.guard(route, openPaths));
}

function guardedRoute({ method, url, config }: RouteOptions, openPaths: readonly string[]): GuardedRoute {
  // Fastify makes a HEAD route out of every GET route: the same thing to ask for.
  const methods = [...new Set([method].flat().map((each) => (each === 'HEAD' ? 'GET' : each)))];
  const declared: unknown = config?.requirement;
  const isOpen = methods.every((each) => each === 'GET') && isBelow(url, openPaths);
  const requirement = isRequirement(declared) ? declared : isOpen ? ({ public: true } as const) : undefined;
  return { name: `${methods.join('|')} ${openApiPath(url)}`, rate: rateOf(methods, url), requirement };
}

const isBelow = (url: string, paths: readonly string[]): boolean =>
  paths.some((path) => url === path || (path !== '/' && url.startsWith(`${path}/`)));

const openApiPath = (url: string): string => url.replace(/:(\w+)/g, '{$1}');

function rateOf(methods: readonly string[], url: string): RouteClass {
  if (url.startsWith('/internal/')) return 'internal';
  if (url.startsWith('/auth/')) return 'sign-in';
  if (!url.startsWith('/api/')) return 'open';
  return methods.every((method) => method === 'GET') ? 'read' : 'write';
}
