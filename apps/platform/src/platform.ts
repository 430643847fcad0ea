import { mkdirSync } from 'node:fs';
import { Server } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';

import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { collectDefaultMetrics, Registry } from 'prom-client';

import {
  assertEveryRouteDeclaresPermission,
  bootstrapAdministrator,
  type FirstAdministrator,
  NetworkList,
} from '#access';
import { assertListensSafely, type PlatformSettings, SettingsInvalid } from '#config';
import { AllFeed, connectEventStore, identifyStore, StoreUnavailable } from '#event-sourcing';
import {
  createHttpAdapter,
  createLogger,
  JsonLogger,
  openApiPaths,
  readTls,
  reloadTls,
  setupOpenApi,
  type TlsPaths,
  CALL_RECORDER,
  type CallRecorder,
  recordCalls,
} from '#http';
import { systemClock } from '#kernel';
import { connectReadModels } from '#read-models';
import { createSecrets, loadMasterKey } from '#secrets';

import { bindDataDirectory } from './data-directory.js';
import { readModelMetrics } from './metrics.js';
import { panelPaths, servePanel } from './panel.js';
import { PlatformModule } from './platform.module.js';
import { projections } from './projections.js';
import { SocketAdapter } from './socket-adapter.js';
import { storedEvents } from './stored-events.js';

/** How long the stores may take to answer at the start. */
const storePatienceMs = 20_000;
const storeRetryMs = 100;

export interface PlatformStart {
  /** The id that an empty event store is given. */
  readonly newStoreId: string;
  /** The first administrator's one-time password, where whoever starts the platform chose it. */
  readonly firstPassword?: string | undefined;
}

export interface RunningPlatform {
  readonly url: string;
  /** Credentials to be shown once; only at the very first start of a store. */
  readonly firstAdministrator: FirstAdministrator | undefined;
  stop(): Promise<void>;
}

/** Starts the platform in this process. @throws {SettingsInvalid} a store is not named */
export async function startPlatform(settings: PlatformSettings, start: PlatformStart): Promise<RunningPlatform> {
  assertListensSafely(settings);
  const tlsPaths = tlsPathsOf(settings);
  const tls = tlsPaths && readTls(tlsPaths);
  const { EVENTSTORE_URL, MONGODB_URL } = storesOf(settings);
  mkdirSync(settings.DATA_DIR, { recursive: true, mode: 0o700 });
  const logger = createLogger(settings.LOG_LEVEL);
  const store = connectEventStore({ url: EVENTSTORE_URL });
  const storeId = await whenAvailable(() => identifyStore(store, start.newStoreId, systemClock));
  bindDataDirectory(settings.DATA_DIR, storeId);
  const secrets = createSecrets(await loadMasterKey({ value: settings.MASTER_KEY, dataDir: settings.DATA_DIR }));
  const readModels = await connectReadModels({
    url: MONGODB_URL,
    database: settings.MONGODB_DATABASE,
    projections,
    storeId: () => Promise.resolve(storeId),
    onError: (error) => logger.warn({ err: error }, 'read models'),
  });
  const feed = new AllFeed({
    store,
    catalogue: storedEvents,
    onInterruption: (error) => logger.warn({ err: error }, 'the feed was interrupted'),
  });
  await whenAvailable(() => feed.start());

  const proxies = new NetworkList(settings.TRUSTED_PROXIES);
  const isTrustedProxy = (address: string): boolean => proxies.includes(address);
  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics });
  readModelMetrics(metrics, readModels);
  const app = await NestFactory.create<NestFastifyApplication>(
    PlatformModule.forRoot({
      settings,
      store,
      storeId,
      feed,
      readModels,
      secrets,
      metrics,
      isTrustedProxy,
      onSnapshotFailure: (stream, error) => logger.warn({ stream, err: error }, 'a snapshot was not saved'),
    }),
    createHttpAdapter({
      logger,
      metrics,
      openPaths: [...panelPaths, ...openApiPaths],
      corsOrigins: settings.CORS_ORIGINS,
      isTrustedProxy,
      ...(tls ? { tls } : {}),
    }),
    { logger: new JsonLogger(logger), bodyParser: false },
  );
  app.useWebSocketAdapter(new SocketAdapter(app, settings.CORS_ORIGINS));
  setupOpenApi(app, { version: '0.1.0' });
  await servePanel(app);
  const fastify = app.getHttpAdapter().getInstance();
  recordCalls(fastify, app.get<CallRecorder>(CALL_RECORDER));
  await app.init();
  assertEveryRouteDeclaresPermission(fastify.gates.routes);
  const firstAdministrator = await bootstrapAdministrator(app, start.firstPassword);
  await app.listen(settings.PORT, settings.HOST);
  const url = await app.getUrl();
  logger.info({ url, roles: settings.ROLES, storeId }, 'platform ready');
  const stopReloading =
    tlsPaths &&
    reloadTls(
      (context) => (fastify.server instanceof Server ? fastify.server.setSecureContext(context) : undefined),
      tlsPaths,
      (error) => {
        if (error === undefined) logger.info('the certificate was read again');
        else logger.error({ err: error }, 'the certificate cannot be used, the one before stays');
      },
    );
  const stop = async (): Promise<void> => {
    stopReloading?.();
    await app.close();
  };
  return { url, firstAdministrator, stop };
}

function tlsPathsOf(settings: PlatformSettings): TlsPaths | undefined {
  const { TLS_CERT_FILE: certificate, TLS_KEY_FILE: key, TLS_GATEWAY_CA_FILE: gatewayAuthority } = settings;
  return certificate === undefined || key === undefined ? undefined : { certificate, key, gatewayAuthority };
}

function storesOf({ EVENTSTORE_URL, MONGODB_URL }: PlatformSettings): { EVENTSTORE_URL: string; MONGODB_URL: string } {
  if (EVENTSTORE_URL !== undefined && MONGODB_URL !== undefined) return { EVENTSTORE_URL, MONGODB_URL };
  const missing = Object.entries({ EVENTSTORE_URL, MONGODB_URL }).filter(([, url]) => url === undefined);
  throw new SettingsInvalid(
    missing.map(([name]) => `${name} must be set: the platform alone starts no engines (npm start does)`),
  );
}

/** A store that is being started is given time; anything else that is wrong with it is wrong at once. */
async function whenAvailable<T>(work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + storePatienceMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StoreUnavailable) || Date.now() > deadline) throw error;
      await pause(storeRetryMs);
    }
  }
}
