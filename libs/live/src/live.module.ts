import { type DynamicModule, type FactoryProvider, Module, type ModuleMetadata } from '@nestjs/common';

import type { LiveAccess } from './live-access.js';
import { LiveGateway } from './live.gateway.js';
import { LIVE_ACCESS, LIVE_OPTIONS, type LiveModuleOptions } from './live.tokens.js';

export interface LiveModuleSetup extends LiveModuleOptions {
  readonly imports?: NonNullable<ModuleMetadata['imports']>;
  readonly access: Pick<FactoryProvider<LiveAccess>, 'inject' | 'useFactory'>;
}

/** Public events over socket.io, namespace `/live`. Needs the modules of event sourcing and HTTP, which are global. */
@Module({})
export class LiveModule {
  static forRoot({ imports = [], access, ...options }: LiveModuleSetup): DynamicModule {
    return {
      module: LiveModule,
      imports,
      providers: [{ provide: LIVE_OPTIONS, useValue: options }, { provide: LIVE_ACCESS, ...access }, LiveGateway],
    };
  }
}
