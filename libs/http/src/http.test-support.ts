import { Writable } from 'node:stream';

import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Registry } from 'prom-client';

import { createSecrets } from '#secrets';

import { createHttpAdapter, type HttpAdapterOptions } from './http-adapter.js';
import { HttpModule, type HttpModuleOptions } from './http.module.js';
import { openApiPaths } from './open-api.js';
import { createLogger, JsonLogger } from './json-logger.js';

export interface TestApplication {
  readonly app: NestFastifyApplication;
  readonly url: string;
  /** What was logged, one object a line. */
  readonly logged: Record<string, unknown>[];
  readonly close: () => Promise<void>;
}

/** A listening application of the given controllers and modules over the real adapter. */
export async function startApplication(
  {
    controllers,
    imports = [],
    health,
    adapter = {},
  }: {
    controllers: Type[];
    imports?: DynamicModule[];
    health?: HttpModuleOptions['health'];
    adapter?: Partial<HttpAdapterOptions>;
  },
  prepare: (app: NestFastifyApplication) => void = () => undefined,
): Promise<TestApplication> {
  const logged: Record<string, unknown>[] = [];
  const lines = new Writable({
    write: (line: Buffer, _, done) => {
      logged.push(JSON.parse(line.toString()) as Record<string, unknown>);
      done();
    },
  });
  const logger = createLogger('info', lines);
  const metrics = new Registry();
  const secrets = createSecrets(Buffer.alloc(32, 1));

  class TestModule {}
  Module({
    imports: [HttpModule.forRoot({ secrets, metrics, ...(health ? { health } : {}) }), ...imports],
    controllers,
  })(TestModule);

  const app = await NestFactory.create<NestFastifyApplication>(
    TestModule,
    createHttpAdapter({ logger, metrics, closingGraceMs: 50, openPaths: openApiPaths, ...adapter }),
    {
      bodyParser: false,
      logger: new JsonLogger(logger),
      abortOnError: false,
    },
  );
  prepare(app);
  await app.listen(0, '127.0.0.1');
  return { app, url: await app.getUrl(), logged, close: () => app.close() };
}
