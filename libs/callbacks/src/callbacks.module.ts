import {
  type BeforeApplicationShutdown,
  type DynamicModule,
  Inject,
  Logger,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleInit,
  type Provider,
} from '@nestjs/common';

import {
  CATALOGUE,
  type Catalogue,
  CommandExecutor,
  CommandRouter,
  EVENT_STORE,
  type EventStore,
  FEED,
  type Feed,
  HALL_DIRECTORY,
  type HallDirectory,
} from '#event-sourcing';
import type { PublicCatalogue } from '#public-events';
import { type Lease, ReadModels } from '#read-models';
import { SECRETS, type Secrets } from '#secrets';

import { AddressGuard } from './address-guard.js';
import type { RemoveCallback, ResumeCallback } from './callback.js';
import { CallbackRunner } from './callback-runner.js';
import {
  CallbackCommands,
  maximumCallbacksOfHall,
  type RegisterCallbackRequest,
  signingKey,
} from './callbacks.commands.js';
import { CallbacksController } from './callbacks.controller.js';
import { callbacksProjection } from './callbacks.projection.js';
import { DeliveryLog } from './delivery-log.js';
import { DeliveryState } from './delivery-state.js';
import { HttpSender } from './http-sender.js';
import { systemTime } from './time.js';

export interface CallbacksModuleOptions {
  readonly catalogue: PublicCatalogue;
  /** `CALLBACKS_ALLOW`: addresses and CIDR ranges that callbacks may reach although they are not public. */
  readonly allow: readonly string[];
  /** Whether this process takes part in delivering; without it, it only answers REST. */
  readonly deliver: boolean;
}

const OPTIONS = Symbol('CallbacksOptions');

/** How long a silent deliverer keeps its lease, in milliseconds. */
const leaseMs = 10_000;

/** Callbacks over REST, and their deliveries: by one process at a time. */
@Module({})
export class CallbacksModule
  implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown
{
  private readonly logger = new Logger('Callbacks');
  private lease: Lease | undefined;

  constructor(
    @Inject(OPTIONS) private readonly options: CallbacksModuleOptions,
    private readonly router: CommandRouter,
    private readonly commands: CallbackCommands,
    private readonly readModels: ReadModels,
    private readonly sender: HttpSender,
    private readonly state: DeliveryState,
    private readonly log: DeliveryLog,
    @Inject(SECRETS) private readonly secrets: Secrets,
    @Inject(FEED) private readonly feed: Feed,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(CATALOGUE) private readonly stored: Catalogue,
  ) {}

  /** @throws {TypeError} `allow` holds what is neither an address nor a range */
  static forRoot(options: CallbacksModuleOptions): DynamicModule {
    return {
      module: CallbacksModule,
      controllers: [CallbacksController],
      providers: [{ provide: OPTIONS, useValue: options }, ...providers(options)],
    };
  }

  onModuleInit(): void {
    const { router, commands } = this;
    router.register<RegisterCallbackRequest>('RegisterCallback', (routed) => commands.register(routed));
    router.register<ResumeCallback>('ResumeCallback', (routed) => commands.change(routed));
    router.register<RemoveCallback>('RemoveCallback', (routed) => commands.change(routed));
  }

  onApplicationBootstrap(): void {
    if (!this.options.deliver) return;
    this.lease = this.readModels.leases.hold('callbacks', {
      ttlMs: leaseMs,
      onAcquired: (signal) => this.runner().run(signal),
      onError: (error) => this.logger.error(`The deliveries begin again: ${stackOf(error)}`),
    });
  }

  /** Before the stores are closed. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.lease?.release();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.sender.close();
  }

  private runner(): CallbackRunner {
    const { feed, store, state, log, sender, commands, secrets } = this;
    return new CallbackRunner({
      feed,
      store,
      state,
      log,
      sender,
      catalogue: this.options.catalogue,
      parse: (event) => this.stored.parse(event),
      time: systemTime,
      jitter: Math.random,
      keyOf: (callbackId) => signingKey(secrets, callbackId),
      suspend: (callbackId, reason) => commands.suspend(callbackId, reason),
      onFault: (callbackId, error) => this.logger.error(`Callback ${callbackId} begins again: ${stackOf(error)}`),
    });
  }
}

const providers = ({ catalogue, allow }: CallbacksModuleOptions): Provider[] => {
  const guard = new AddressGuard(allow);
  return [
    { provide: HttpSender, useFactory: () => new HttpSender(guard) },
    {
      provide: DeliveryLog,
      inject: [ReadModels],
      useFactory: (readModels: ReadModels) => new DeliveryLog(readModels.collection('callback-deliveries')),
    },
    {
      provide: DeliveryState,
      inject: [ReadModels],
      useFactory: (readModels: ReadModels) =>
        new DeliveryState({
          endpoints: readModels.keyCollection('callback-endpoints'),
          holds: readModels.keyCollection('callback-holds'),
          control: readModels.keyCollection('callback-control'),
        }),
    },
    {
      provide: CallbackCommands,
      inject: [CommandExecutor, HALL_DIRECTORY, EVENT_STORE, SECRETS, ReadModels],
      useFactory: (
        executor: CommandExecutor,
        halls: HallDirectory,
        store: EventStore,
        secrets: Secrets,
        readModels: ReadModels,
      ) => {
        const countOf = async (hallId: string): Promise<number> =>
          (await readModels.of(callbacksProjection).find({ where: { hallId }, limit: maximumCallbacksOfHall })).items
            .length;
        return new CallbackCommands({ executor, halls, store, secrets, guard, catalogue, countOf });
      },
    },
  ];
};

const stackOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));
