import type { FastifyReply, FastifyRequest } from 'fastify';

/** What every answer tells a browser. Pages of the panel and of the documentation say more themselves. */
const always = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
} as const;
/** A year, in seconds. */
const overTls = { ...always, 'strict-transport-security': 'max-age=31536000' } as const;

/** A Fastify `onRequest` hook. @param tls whether the server speaks TLS itself */
export const securityHeaders = (tls: boolean) => {
  const headers = tls ? overTls : always;
  return (_request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    reply.headers(headers);
    done();
  };
};
