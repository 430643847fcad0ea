import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Where `npm run build` puts the panel, beside the compiled program. */
const panelFolder = fileURLToPath(new URL('../../panel/', import.meta.url));

const contentSecurityPolicy = [
  "default-src 'self'",
  // Sockets of the same origin included: a script that got in could carry nothing elsewhere.
  "connect-src 'self'",
  "img-src 'self' data:",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join('; ');

/** Pages of the panel; each is the one document, which reads the address itself. */
const pages = [
  '/',
  '/halls',
  '/halls/:hallId',
  '/halls/:hallId/alarms',
  '/machines/:machineId',
  '/access/:section',
  '/calls',
  '/calls/:correlationId',
  '/history',
  '/history/:stream',
  '/history/:stream/:revision',
  '/integrity',
];

/** Everything that belongs to the panel. */
export const panelPaths: readonly string[] = ['/assets', ...pages];

/** Serves the panel at `/`, where it was built. */
export async function servePanel(app: NestFastifyApplication): Promise<void> {
  if (!existsSync(join(panelFolder, 'index.html'))) return;
  const fastify = app.getHttpAdapter().getInstance();
  await fastify.register(fastifyStatic, {
    root: join(panelFolder, 'assets'),
    prefix: '/assets/',
    immutable: true,
    maxAge: '1y',
    decorateReply: true,
  });
  for (const page of pages) {
    fastify.get(page, (_request, reply) =>
      reply
        .header('content-security-policy', contentSecurityPolicy)
        .header('cache-control', 'no-cache')
        .sendFile('index.html', panelFolder, { cacheControl: false }),
    );
  }
}
