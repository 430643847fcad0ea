import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { toJson } from './json.js';
import { problemContentType, problemOfRefusal, refusalOf } from './problem.js';
import type { Refusal } from './request-refused.js';

/** Answers every error as a problem. A fault of ours is logged with its stack; the caller sees the correlation id only. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    sendProblem(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }
}

export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const known = refusalOf(error);
  const refusal = request.is404 && known.status === 404 ? nothingThere(request) : known;
  if (refusal.status >= 500) request.log.error({ err: error, correlationId: request.id }, refusal.code);
  request.refusalCode = refusal.code;
  if (reply.sent) return;
  void reply
    .code(refusal.status)
    .headers({ ...refusal.headers })
    .header('content-type', problemContentType)
    .send(Buffer.from(toJson(problemOfRefusal(refusal, request.id))));
}

/** 405 where the address has other methods, 404 where it has none. */
function nothingThere({ method, url, server }: FastifyRequest): Refusal {
  const [path = url] = url.split('?');
  const methods = server.routeTable.methodsOf(path);
  if (methods.length === 0)
    return { status: 404, code: 'route_not_found', detail: 'There is nothing at this address.' };
  const allow = methods.join(', ');
  return {
    status: 405,
    code: 'method_not_allowed',
    detail: `${method} is not a method of this address; it has ${allow}.`,
    headers: { allow },
  };
}
