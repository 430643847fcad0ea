import type { FastifyReply, FastifyRequest } from 'fastify';

import type { Answer } from '#event-sourcing';

/** A GET answer with the revision it shows (its ETag) and the position it was read at. */
export class Versioned<T extends object = object> {
  constructor(
    readonly body: T,
    readonly revision?: bigint,
    readonly position?: bigint,
  ) {}
}

/**
 * A Fastify `preSerialization` hook: an {@link Answer} of a command or a {@link Versioned} becomes status, headers and
 * body. A hook and not an interceptor, because an interceptor costs several promises and an observable a request.
 */
export function answerHook(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
  done: (error: Error | null, payload: unknown) => void,
): void {
  if (payload instanceof Versioned) {
    versionHeaders(reply, payload);
    done(null, payload.body);
  } else if (request.method !== 'GET' && isAnswer(payload)) {
    reply.code(payload.status);
    versionHeaders(reply, payload);
    done(null, payload.body);
  } else {
    done(null, payload);
  }
}

function versionHeaders(
  reply: FastifyReply,
  { position, revision }: { position?: bigint | undefined; revision?: bigint | undefined },
): void {
  if (position !== undefined) reply.header('tallyhall-position', position.toString());
  if (revision !== undefined) reply.header('etag', `"${revision}"`);
}

const isAnswer = (payload: unknown): payload is Answer =>
  typeof payload === 'object' && payload !== null && 'position' in payload && 'body' in payload && 'status' in payload;
