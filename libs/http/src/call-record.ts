import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { type Actor, type Caller, callerActor } from '#kernel';

import { problemContentType, problemOf } from './problem.js';

/** A call as the server saw it, when its answer is ready. */
export interface SeenCall {
  readonly channel: 'rest' | 'internal' | 'sign-in' | 'socket';
  /** Who it was; undefined where nobody was signed in. */
  readonly actor: Actor | undefined;
  readonly hallIds: Caller['hallIds'] | undefined;
  /** Where it came from. */
  readonly address: string;
  readonly method: string;
  /** Whether it may change something: its answer then waits for its record. */
  readonly changes: boolean;
  /** The pattern, such as `/api/v1/halls/:hallId`; null where nothing is at the address. */
  readonly route: string | null;
  readonly parameters: Readonly<Record<string, string>>;
  readonly status: number;
  /** The problem's code; null where it was served. */
  readonly code: string | null;
  /** Milliseconds since 1970, when it arrived. */
  readonly arrivedAt: number;
  readonly durationMs: number;
  readonly correlationId: string;
  readonly commandId: string | null;
  /** Position of the last event that it caused. */
  readonly position: string | null;
  /** Whether the answer says nothing: a poll that found nothing. */
  readonly isEmpty: boolean;
}

/** Nest's injection token of the {@link CallRecorder}. */
export const CALL_RECORDER = Symbol('CallRecorder');

/** Puts calls on record. */
export interface CallRecorder {
  /** @returns a promise where the answer has to wait for the record; it rejects where that cannot be kept */
  record(call: SeenCall): Promise<void> | undefined;
}

/** What of an address's query is recorded: ids and choices. Other names are noted, without what was sent. */
const recordedParameters = new Set(
  'after cursor format from gatewayId hallId kind limit machineId playerId revision state stream to'.split(' '),
);
const plainValue = /^[\w:.,+/@-]{0,200}$/;
const notRecorded = '(not recorded)';

/** Records every request: one that changes or was refused before it is answered, any other after. */
export function recordCalls(fastify: FastifyInstance, recorder: CallRecorder): void {
  fastify.addHook('onSend', (request, reply, payload, done) => {
    if ((request.method === 'GET' || request.method === 'HEAD') && reply.statusCode < 400) {
      request.saysNothing = isEmptyList(payload);
      done(null, payload);
      return;
    }
    request.isRecorded = true;
    const recorded = recorder.record(seenCall(request, reply, payload));
    if (!recorded) done(null, payload);
    else
      recorded.then(
        () => done(null, payload),
        (error: unknown) => done(null, unrecorded(error, request, reply)),
      );
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    if (request.isRecorded !== true) void recorder.record(seenCall(request, reply, undefined))?.catch(() => undefined);
    done();
  });
}

/** What could not be put on record is not answered as done: it is repeated with the same key, which is harmless. */
function unrecorded(error: unknown, request: FastifyRequest, reply: FastifyReply): Buffer {
  const problem = problemOf(error, request.id);
  void reply.code(problem.status).removeHeader('tallyhall-position').removeHeader('etag');
  void reply.header('content-type', problemContentType).header('retry-after', '1').removeHeader('content-length');
  return Buffer.from(JSON.stringify(problem));
}

function seenCall(request: FastifyRequest, reply: FastifyReply, payload: unknown): SeenCall {
  const { caller, method } = request;
  const route = request.is404 ? null : (request.routeOptions.url ?? null);
  const changes = method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS';
  // On a read's answer it is what the answer stands for.
  const position = changes ? reply.getHeader('tallyhall-position') : undefined;
  const durationMs = Math.round(reply.elapsedTime * 10) / 10;
  return {
    channel: channelOf(route),
    actor: caller ? callerActor(caller) : signedIn(request, reply, payload),
    hallIds: caller?.hallIds,
    address: request.source,
    method,
    changes,
    route,
    parameters: parametersOf(request),
    status: reply.statusCode,
    code: reply.statusCode < 400 ? null : (request.refusalCode ?? null),
    arrivedAt: Date.now() - Math.round(durationMs),
    durationMs,
    correlationId: request.id,
    commandId: request.commandId ?? null,
    position: typeof position === 'string' ? position : null,
    isEmpty: request.saysNothing === true,
  };
}

const isEmptyList = (payload: unknown): boolean =>
  typeof payload === 'string' && payload.length < 64 && payload.includes('[]');

function channelOf(route: string | null): SeenCall['channel'] {
  if (route?.startsWith('/auth/') === true) return 'sign-in';
  return route?.startsWith('/internal/') === true ? 'internal' : 'rest';
}

/** Who a sign-in was for: a member of staff once they are in, a client by the id that it gave. */
function signedIn(
  { routeOptions, body }: FastifyRequest,
  { statusCode }: FastifyReply,
  payload: unknown,
): Actor | undefined {
  if (routeOptions.url === '/auth/login' && statusCode === 200 && typeof payload === 'string') {
    const [, id] = /"staffId":"([0-9a-f-]{36})"/.exec(payload) ?? [];
    return id === undefined ? undefined : { kind: 'staff', id };
  }
  if (routeOptions.url !== '/auth/token' || typeof body !== 'object' || body === null) return undefined;
  const id: unknown = Reflect.get(body, 'clientId') ?? Reflect.get(body, 'client_id');
  return typeof id === 'string' && /^[\w-]{1,64}$/.test(id) ? { kind: 'client', id } : undefined;
}

function parametersOf({ params, query }: FastifyRequest): Record<string, string> {
  const recorded: Record<string, string> = {};
  for (const [name, value] of Object.entries((params ?? {}) as Record<string, unknown>))
    recorded[name] = typeof value === 'string' && plainValue.test(value) ? value : notRecorded;
  for (const [name, value] of Object.entries((query ?? {}) as Record<string, unknown>).slice(0, maximumParameters)) {
    const known = recordedParameters.has(name);
    recorded[known ? name : '?'] = known && typeof value === 'string' && plainValue.test(value) ? value : notRecorded;
  }
  return recorded;
}

/** Parameters of one query that are looked at. */
const maximumParameters = 20;
