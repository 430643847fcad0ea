import { type DynamicModule, type FactoryProvider, Module } from '@nestjs/common';

import { ACTOR_NAMES, type ActorNames } from './actor-names.js';
import { AuditController } from './audit.controller.js';

export type ActorNamesFactory = Pick<FactoryProvider<ActorNames>, 'inject' | 'useFactory'>;

@Module({})
export class AuditModule {
  /** @param names who actors are, in words; the domain libraries know */
  static forRoot(names: ActorNamesFactory): DynamicModule {
    return {
      module: AuditModule,
      controllers: [AuditController],
      providers: [{ provide: ACTOR_NAMES, ...names }],
    };
  }
}
