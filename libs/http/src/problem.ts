import { STATUS_CODES } from 'node:http';

import { HttpException } from '@nestjs/common';

import { DomainError, type RefusalKind } from '#kernel';

import { outageOf } from './outages.js';
import { type ProblemError, type Refusal, RequestRefused } from './request-refused.js';

/** An RFC 9457 problem document. `code` is stable; `detail` is for people and may change. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly correlationId: string;
  readonly errors?: readonly ProblemError[];
}

export const problemContentType = 'application/problem+json';

const domainStatus: Readonly<Record<RefusalKind, number>> = {
  conflict: 409,
  unprocessable: 422,
  'not-found': 404,
  forbidden: 403,
  outdated: 412,
};

/** Answers of the web framework itself, by status: its own words would change with its version. */
const frameworkRefusals: Readonly<Record<number, Omit<Refusal, 'status'>>> = {
  400: { code: 'request_malformed', detail: 'The request cannot be read: its body is not what its headers say.' },
  403: { code: 'permission_denied', detail: 'This caller may not do that.' },
  404: { code: 'route_not_found', detail: 'There is nothing at this address.' },
  408: { code: 'request_too_slow', detail: 'The request did not arrive in time.' },
  413: { code: 'body_too_large', detail: 'The body is larger than this route takes.' },
  414: { code: 'url_too_long', detail: 'A part of the address is too long.' },
  415: { code: 'media_type_unsupported', detail: 'Send the body as application/json.' },
  431: { code: 'headers_too_large', detail: 'The headers are too large.' },
};

const internal: Refusal = {
  status: 500,
  code: 'internal',
  detail: 'Something went wrong on our side. Quote the correlation id when you report it.',
};

/** What an error means for the caller. Whatever is not known is a bug of ours, and says nothing about itself. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof RequestRefused) return error.refusal;
  if (error instanceof DomainError) return domainRefusal(error);
  if (!isNamed(error)) return internal;
  return outageOf(error) ?? frameworkRefusal(error) ?? internal;
}

/** An error as a problem document; the same over REST and over the socket. */
export const problemOf = (error: unknown, correlationId: string): Problem =>
  problemOfRefusal(refusalOf(error), correlationId);

export const problemOfRefusal = (
  { status, code, detail, errors, members }: Refusal,
  correlationId: string,
): Problem => ({
  type: `urn:tallyhall:problem:${code}`,
  title: STATUS_CODES[status] ?? 'Error',
  status,
  code,
  detail,
  correlationId,
  ...(errors ? { errors } : {}),
  ...members,
});

const domainRefusal = ({ kind, code, message, pointer }: DomainError): Refusal => ({
  status: domainStatus[kind],
  code,
  detail: message,
  ...(pointer === undefined ? {} : { errors: [{ pointer, code, detail: message }] }),
});

function frameworkRefusal(error: object): Refusal | undefined {
  const status = statusOf(error);
  const known = frameworkRefusals[status];
  return known && { status, ...known };
}

/** Nest's exceptions answer `getStatus()`, Fastify's carry `statusCode`. */
function statusOf(error: object): number {
  if (error instanceof HttpException) return error.getStatus();
  return 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;
}

const isNamed = (error: unknown): error is { readonly name: string } =>
  typeof error === 'object' && error !== null && 'name' in error && typeof error.name === 'string';

export const frameworkCodes = (): string[] => Object.values(frameworkRefusals).map(({ code }) => code);
