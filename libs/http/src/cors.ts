import type { FastifyReply, FastifyRequest } from 'fastify';

const methods = 'GET, POST, PUT, PATCH, DELETE';
const requestHeaders = 'Authorization, Content-Type, Idempotency-Key, If-Match, Tallyhall-After, X-Correlation-Id';
const answerHeaders =
  'ETag, RateLimit, RateLimit-Policy, Retry-After, Tallyhall-Position, WWW-Authenticate, X-Correlation-Id';
/** How long a browser may remember the answer, in seconds. */
const rememberedSeconds = '600';

/**
 * A Fastify `onRequest` hook: pages of the listed origins may call, and read what is answered. Cookies play no part. Others
 * get no such headers, so that their browsers keep the answers from them.
 * @param origins such as `https://shop.example`, exactly as browsers send them
 */
export function cors(origins: readonly string[]) {
  const allowed = new Set(origins);
  return (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    const { origin } = request.headers;
    if (origin === undefined || allowed.size === 0) return done();
    reply.header('vary', 'Origin');
    if (!allowed.has(origin)) return done();
    reply.header('access-control-allow-origin', origin).header('access-control-expose-headers', answerHeaders);
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return done();
    void reply
      .code(204)
      .headers({
        'access-control-allow-methods': methods,
        'access-control-allow-headers': requestHeaders,
        'access-control-max-age': rememberedSeconds,
      })
      .send();
  };
}
