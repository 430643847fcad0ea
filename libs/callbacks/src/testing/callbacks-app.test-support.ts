import { type DynamicModule, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { pino } from 'pino';
import { Registry } from 'prom-client';

import {
  CATALOGUE,
  catalogueOf,
  CommandExecutor,
  CommandRouter,
  EVENT_STORE,
  type EventStore,
  FEED,
  HALL_DIRECTORY,
} from '#event-sourcing';
import { createHttpAdapter, type Gate, HttpModule } from '#http';
import { notFound, systemClock } from '#kernel';
import { ReadModels } from '#read-models';
import { createSecrets } from '#secrets';

import { callbackEvents } from '../callback.js';
import { CallbackCommands } from '../callbacks.commands.js';
import { CallbacksModule } from '../callbacks.module.js';
import { catalogue, deposited } from './delivery-harness.test-support.js';
import { MemoryLog } from './memory-log.test-support.js';
import { MemoryReadModels } from './memory-read-models.test-support.js';

/** The caller of each request is who its header says: an integrator of that hall. */
const byHeader: Gate = (request) => {
  const hallId = String(request.headers['x-hall'] ?? 'h1');
  request.caller = { kind: 'client', id: hallId, roles: ['integrator'], hallIds: [hallId], name: hallId };
};

export interface CallbacksApp {
  readonly log: MemoryLog;
  readonly commands: CallbackCommands;
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** The callbacks module in an application of its own, over a log in memory; sends to loopback addresses. */
export async function startCallbacks(): Promise<CallbacksApp> {
  const log = new MemoryLog();
  const store: EventStore = {
    append: (...given) => log.append(...given),
    readStream: (...given) => log.readStream(...given),
    lastPosition: () => log.lastPosition(),
    readAll: unused,
    subscribeToAll: unused,
    close: () => Promise.resolve(),
  };
  const stored = catalogueOf([...callbackEvents, deposited]);
  const calendar = { timeZone: 'Europe/Sofia', dayStart: '06:00' };
  const halls = {
    hall: (hallId: string) =>
      hallId === 'none'
        ? Promise.reject(notFound('hall_unknown', 'There is no such hall.'))
        : Promise.resolve({ hallId, currency: 'EUR', calendar }),
  };
  const values = [
    { provide: EVENT_STORE, useValue: store },
    { provide: FEED, useValue: log },
    { provide: CATALOGUE, useValue: stored },
    { provide: HALL_DIRECTORY, useValue: halls },
    { provide: CommandExecutor, useValue: new CommandExecutor({ store, catalogue: stored, clock: systemClock }) },
    { provide: ReadModels, useValue: new MemoryReadModels(log) },
  ];
  class PlatformModule {}
  Module({})(PlatformModule);
  const platform: DynamicModule = {
    module: PlatformModule,
    global: true,
    imports: [CqrsModule.forRoot()],
    providers: [...values, CommandRouter],
    exports: [...values.map(({ provide }) => provide), CommandRouter],
  };
  const callbacks = CallbacksModule.forRoot({ catalogue, allow: ['127.0.0.0/8'], deliver: true });
  const metrics = new Registry();
  const http = HttpModule.forRoot({ secrets: createSecrets(Buffer.alloc(32, 1)), metrics });
  class AppModule {}
  Module({ imports: [http, platform, callbacks] })(AppModule);
  const adapter = createHttpAdapter({ logger: pino({ level: 'silent' }), metrics });
  const options = { bodyParser: false, logger: false, abortOnError: false } as const;
  const app = await NestFactory.create<NestFastifyApplication>(AppModule, adapter, options);
  adapter.getInstance().gates.use(byHeader);
  await app.listen(0, '127.0.0.1');
  return { log, commands: app.get(CallbackCommands), url: await app.getUrl(), close: () => app.close() };
}

function unused(): never {
  throw new Error('not part of this test');
}
