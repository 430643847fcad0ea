import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';

import { AllFeed } from './all-feed.js';
import type { Catalogue } from './catalogue.js';
import { CommandExecutor, type CommandExecutorOptions } from './command-executor.js';
import { CommandRouter } from './command-router.js';
import type { EventStore } from './event-store.js';

export const EVENT_STORE = Symbol('EventStore');
export const FEED = Symbol('Feed');
export const CATALOGUE = Symbol('Catalogue');
export const STORE_ID = Symbol('StoreId');

export interface EventSourcingOptions extends Omit<CommandExecutorOptions, 'store' | 'catalogue'> {
  /** Connected and identified before the application is made. */
  readonly store: EventStore;
  readonly storeId: string;
  readonly catalogue: Catalogue;
  readonly feed: AllFeed;
}

/** The event store, the feed and the command routing, for every module of an application. */
@Module({})
export class EventSourcingModule implements OnApplicationShutdown {
  constructor(
    @Inject(FEED) private readonly feed: AllFeed,
    @Inject(EVENT_STORE) private readonly store: EventStore,
  ) {}

  static forRoot(options: EventSourcingOptions): DynamicModule {
    return {
      module: EventSourcingModule,
      global: true,
      imports: [CqrsModule.forRoot()],
      providers: [
        { provide: EVENT_STORE, useValue: options.store },
        { provide: STORE_ID, useValue: options.storeId },
        { provide: CATALOGUE, useValue: options.catalogue },
        { provide: FEED, useValue: options.feed },
        { provide: CommandExecutor, useValue: new CommandExecutor(options) },
        CommandRouter,
      ],
      exports: [EVENT_STORE, STORE_ID, CATALOGUE, FEED, CommandExecutor, CommandRouter],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.feed.stop();
    await this.store.close();
  }
}
