import { type DynamicModule, type FactoryProvider, Inject, Module, type OnModuleInit } from '@nestjs/common';
import { APP_FILTER, APP_PIPE, HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';

import { SECRETS, type Secrets } from '#secrets';

import { CommandEnvelopes } from './command-envelopes.js';
import { HEALTH_INDICATORS, type HealthIndicator } from './health.js';
import { HealthController } from './health.controller.js';
import { METRICS } from './http-metrics.js';
import { MetricsController } from './metrics.controller.js';
import { ProblemFilter } from './problem.filter.js';
import { RequestValidationPipe } from './validation.pipe.js';

export interface HttpModuleOptions {
  readonly secrets: Secrets;
  readonly metrics: Registry;
  /** How the parts of the application are asked whether they are ready. */
  readonly health?: Pick<FactoryProvider<readonly HealthIndicator[]>, 'inject' | 'useFactory'>;
}

/** What every REST route has in common. Global: SECRETS, METRICS and CommandEnvelopes can be injected everywhere. */
@Module({})
export class HttpModule implements OnModuleInit {
  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(CommandEnvelopes) private readonly envelopes: CommandEnvelopes,
  ) {}

  static forRoot({ secrets, metrics, health }: HttpModuleOptions): DynamicModule {
    return {
      module: HttpModule,
      global: true,
      controllers: [HealthController, MetricsController],
      providers: [
        { provide: SECRETS, useValue: secrets },
        { provide: METRICS, useValue: metrics },
        { provide: HEALTH_INDICATORS, ...(health ?? { useFactory: () => [] }) },
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_PIPE, useClass: RequestValidationPipe },
        CommandEnvelopes,
      ],
      exports: [SECRETS, METRICS, CommandEnvelopes],
    };
  }

  onModuleInit(): void {
    this.host.httpAdapter.getInstance<FastifyInstance>().decorate('commandEnvelopes', this.envelopes);
  }
}
