import { Inject, Module, type OnModuleInit } from '@nestjs/common';

import { CommandExecutor, CommandRouter, HALL_DIRECTORY, type HallDirectory } from '#event-sourcing';
import { PERSONAL_DATA, type PersonalData } from '#personal-data';

import { erasePlayer, registerPlayer } from './players.commands.js';
import { PlayersController } from './players.controller.js';

@Module({ controllers: [PlayersController] })
export class PlayersModule implements OnModuleInit {
  constructor(
    private readonly router: CommandRouter,
    private readonly executor: CommandExecutor,
    @Inject(HALL_DIRECTORY) private readonly halls: HallDirectory,
    @Inject(PERSONAL_DATA) private readonly personalData: PersonalData,
  ) {}

  onModuleInit(): void {
    const dependencies = { executor: this.executor, halls: this.halls, personalData: this.personalData };
    this.router.register('RegisterPlayer', registerPlayer(dependencies));
    this.router.register('ErasePlayer', erasePlayer(dependencies));
  }
}
