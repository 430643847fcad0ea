import { Inject, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';

import {
  type Catalogue,
  CATALOGUE,
  CommandExecutor,
  CommandRouter,
  EVENT_STORE,
  type EventStore,
  type Feed,
  FEED,
  HALL_DIRECTORY,
  type HallDirectory,
} from '#event-sourcing';
import { systemClock } from '#kernel';
import { ReadModels } from '#read-models';

import { BetsController } from './bets.controller.js';
import { FactIntake } from './fact-intake.js';
import { GatewaysController } from './gateways.controller.js';
import { MachineBooksController } from './machine-books.controller.js';
import { controlMachine } from './machine-commands.js';
import { machineRequests } from './machine-requests.projection.js';
import { MachineRequests } from './machine-requests.js';
import { acceptJournal, registerMachine, requestPlay } from './machines.commands.js';
import { MachinesController } from './machines.controller.js';
import { machinesProjection } from './machines.projection.js';
import { requestTransfer, resolveTransfer } from './transfers.commands.js';
import { TransfersController } from './transfers.controller.js';

@Module({
  controllers: [MachinesController, MachineBooksController, TransfersController, BetsController, GatewaysController],
  providers: [
    {
      provide: FactIntake,
      inject: [EVENT_STORE, CATALOGUE, CommandExecutor, HALL_DIRECTORY, ReadModels],
      useFactory: (
        store: EventStore,
        catalogue: Catalogue,
        executor: CommandExecutor,
        halls: HallDirectory,
        readModels: ReadModels,
      ) =>
        new FactIntake({
          store,
          catalogue,
          executor,
          halls,
          clock: systemClock,
          feedHint: async (machineId) =>
            (await readModels.of(machinesProjection).get(machineId))?.feedDate ?? undefined,
        }),
    },
    {
      provide: MachineRequests,
      inject: [ReadModels],
      useFactory: (readModels: ReadModels) => new MachineRequests(readModels.of(machineRequests)),
    },
  ],
})
export class MachinesModule implements OnModuleInit, OnApplicationShutdown {
  private readonly stopping = new AbortController();

  constructor(
    private readonly router: CommandRouter,
    private readonly executor: CommandExecutor,
    @Inject(HALL_DIRECTORY) private readonly halls: HallDirectory,
    @Inject(FEED) private readonly feed: Feed,
    private readonly requests: MachineRequests,
  ) {}

  onModuleInit(): void {
    const dependencies = { executor: this.executor, halls: this.halls, clock: systemClock };
    this.router.register('RegisterMachine', registerMachine(dependencies));
    this.router.register('LockPlay', requestPlay(dependencies));
    this.router.register('UnlockPlay', requestPlay(dependencies));
    this.router.register('AcceptJournal', acceptJournal(dependencies));
    this.router.register('ControlMachine', controlMachine(dependencies));
    this.router.register('RequestTransfer', requestTransfer(dependencies));
    this.router.register('ResolveTransfer', resolveTransfer(dependencies));
    void this.requests.watch(this.feed, this.stopping.signal);
  }

  onApplicationShutdown(): void {
    this.stopping.abort();
  }
}
