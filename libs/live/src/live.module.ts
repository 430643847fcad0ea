import { type DynamicModule, type FactoryProvider, Module, type ModuleMetadata } from '@nestjs/common';

import type { Authenticator } from './live-server.js';
import { LiveGateway } from './live.gateway.js';
import { AUTHENTICATOR, LIVE_OPTIONS, type LiveModuleOptions } from './live.tokens.js';

export interface LiveModuleSetup extends LiveModuleOptions {
  readonly imports?: NonNullable<ModuleMetadata['imports']>;
  readonly authenticator: Pick<FactoryProvider<Authenticator>, 'inject' | 'useFactory'>;
}

/** Public events over socket.io, namespace `/live`. Needs the modules of event sourcing and HTTP, which are global. */
@Module({})
export class LiveModule {
  static forRoot({ imports = [], authenticator, ...options }: LiveModuleSetup): DynamicModule {
    return {
      module: LiveModule,
      imports,
      providers: [
        { provide: LIVE_OPTIONS, useValue: options },
        { provide: AUTHENTICATOR, ...authenticator },
        LiveGateway,
      ],
    };
  }
}
