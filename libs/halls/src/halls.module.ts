import { Global, Module, type OnModuleInit } from '@nestjs/common';

import { CommandExecutor, CommandRouter, HALL_DIRECTORY } from '#event-sourcing';

import type { CreateHall } from './hall.js';
import { hallDirectory } from './hall-directory.js';
import { createHall } from './halls.commands.js';
import { HallsController } from './halls.controller.js';

/** Halls, and the directory of them that the other domain modules use. */
@Global()
@Module({
  controllers: [HallsController],
  providers: [{ provide: HALL_DIRECTORY, inject: [CommandExecutor], useFactory: hallDirectory }],
  exports: [HALL_DIRECTORY],
})
export class HallsModule implements OnModuleInit {
  constructor(
    private readonly router: CommandRouter,
    private readonly executor: CommandExecutor,
  ) {}

  onModuleInit(): void {
    this.router.register<CreateHall>('CreateHall', (routed) => createHall(this.executor, routed));
  }
}
