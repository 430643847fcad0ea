import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';

import type { CommandEnvelope } from '#event-sourcing';
import type { Caller } from '#kernel';

import { documented, fromRequest } from './parameter.js';
import { headerInvalid, unauthenticated } from './request-refused.js';

/** Positions and revisions stay below 2^63. */
const wholeNumber = /^(0|[1-9][0-9]{0,18})$/;
const limitOfNumbers = 2n ** 63n;

/** The caller of a request that the guard let through. */
export function callerOf(request: FastifyRequest): Caller {
  if (!request.caller) throw unauthenticated('token_required', 'Sign in first.');
  return request.caller;
}

export function envelopeOf(request: FastifyRequest): CommandEnvelope {
  const [path = request.url] = request.url.split('?', 1);
  const ifRevision = ifMatchOf(request);
  const envelope = request.server.commandEnvelopes.seal({
    caller: callerOf(request),
    method: request.method,
    path,
    key: request.headers['idempotency-key'],
    content: request.body,
    correlationId: request.id,
  });
  request.commandId = envelope.commandId;
  return ifRevision === undefined ? envelope : { ...envelope, ifRevision };
}

export function afterOf({ headers }: Pick<FastifyRequest, 'headers'>): bigint | undefined {
  const given = headers['tallyhall-after'];
  return given === undefined ? undefined : numberIn(given, 'Tallyhall-After', 'a decimal position');
}

export function ifMatchOf({ headers }: Pick<FastifyRequest, 'headers'>): bigint | undefined {
  const given = headers['if-match'];
  if (given === undefined || given === '*') return undefined;
  const mustBe = 'one ETag as this API gave it, such as "3"';
  const [, revision] = /^"(\d+)"$/.exec(given) ?? [];
  return numberIn(revision, 'If-Match', mustBe);
}

function numberIn(text: string | string[] | undefined, header: string, mustBe: string): bigint {
  if (typeof text !== 'string' || !wholeNumber.test(text)) throw headerInvalid(header, mustBe);
  const number = BigInt(text);
  if (number >= limitOfNumbers) throw headerInvalid(header, mustBe);
  return number;
}

/** `caller: Caller`. */
export const CurrentCaller = (): ParameterDecorator => fromRequest(callerOf);

/** `envelope: CommandEnvelope`; asks for the header `Idempotency-Key`, and honours `If-Match`. */
export const Envelope = (): ParameterDecorator =>
  documented(
    fromRequest(envelopeOf),
    ApiHeader({
      name: 'Idempotency-Key',
      required: true,
      description: 'Names this command: the same key is the same command, and is carried out once.',
      schema: { type: 'string', minLength: 1, maxLength: 255 },
    }),
    ApiHeader({
      name: 'If-Match',
      required: false,
      description: 'The ETag that the caller saw; refused with 412 when it is no longer the newest.',
      schema: { type: 'string' },
    }),
  );

/** `after: bigint | undefined`: the position that the answer must have reached. */
export const After = (): ParameterDecorator =>
  documented(
    fromRequest(afterOf),
    ApiHeader({
      name: 'Tallyhall-After',
      required: false,
      description: 'A `Tallyhall-Position` of an earlier answer: this answer shows what was done there.',
      schema: { type: 'string', pattern: '^[0-9]{1,19}$' },
    }),
  );

/** `revision: bigint | undefined`: the revision that the caller saw. */
export const IfMatch = (): ParameterDecorator =>
  documented(
    fromRequest(ifMatchOf),
    ApiHeader({
      name: 'If-Match',
      required: false,
      description: 'The ETag that the caller saw; refused with 412 when it is no longer the newest.',
      schema: { type: 'string' },
    }),
  );
