import { Inject, Module, type OnModuleInit } from '@nestjs/common';

import { CommandExecutor, CommandRouter, HALL_DIRECTORY, type HallDirectory } from '#event-sourcing';

import { moveFunds } from './wallets.commands.js';
import { WalletsController } from './wallets.controller.js';

@Module({ controllers: [WalletsController] })
export class WalletsModule implements OnModuleInit {
  constructor(
    private readonly router: CommandRouter,
    private readonly executor: CommandExecutor,
    @Inject(HALL_DIRECTORY) private readonly halls: HallDirectory,
  ) {}

  onModuleInit(): void {
    const dependencies = { executor: this.executor, halls: this.halls };
    this.router.register('DepositFunds', moveFunds(dependencies));
    this.router.register('WithdrawFunds', moveFunds(dependencies));
  }
}
