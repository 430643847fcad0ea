import {
  type DynamicModule,
  Inject,
  Logger,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';

import { FEED, type Feed } from '#event-sourcing';

import { connectReadModels, type MongoReadModels, type ReadModelsOptions } from './mongo-read-models.js';
import { ReadModels } from './read-models.js';

export interface ReadModelsRole {
  /** Whether this process takes part in projecting; without it, it only reads. */
  readonly projector: boolean;
}

const ROLE = Symbol('ReadModelsRole');

/** The read models, for every module of an application. */
@Module({})
export class ReadModelsModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    @Inject(ReadModels) private readonly readModels: MongoReadModels,
    @Inject(ROLE) private readonly role: ReadModelsRole,
    @Inject(FEED) private readonly feed: Feed,
  ) {}

  /** Connects while the application is made. */
  static forRoot({ projector, ...options }: ReadModelsOptions & ReadModelsRole): DynamicModule {
    const logger = new Logger('ReadModels');
    const onError = (error: unknown): void => logger.error(error);
    return dynamicModule({ projector }, () => connectReadModels({ onError, ...options }));
  }

  /** For read models that were connected before the application was made; it closes them. */
  static forConnected(readModels: MongoReadModels, role: ReadModelsRole): DynamicModule {
    return dynamicModule(role, () => readModels);
  }

  onApplicationBootstrap(): void {
    if (this.role.projector) this.readModels.startProjecting(this.feed);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.readModels.close();
  }
}

const dynamicModule = (
  role: ReadModelsRole,
  connected: () => MongoReadModels | Promise<MongoReadModels>,
): DynamicModule => ({
  module: ReadModelsModule,
  global: true,
  providers: [
    { provide: ReadModels, useFactory: connected },
    { provide: ROLE, useValue: role },
  ],
  exports: [ReadModels],
});
