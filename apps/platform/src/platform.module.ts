import { randomBytes } from 'node:crypto';

import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { Registry } from 'prom-client';

import { AccessDecision, AccessModule, ActorNames } from '#access';
import { AuditModule } from '#audit';
import { CallbacksModule } from '#callbacks';
import type { PlatformSettings } from '#config';
import { type AllFeed, EventSourcingModule, type EventStore } from '#event-sourcing';
import { HallsModule } from '#halls';
import { certifiedClient, type HealthIndicator, HttpModule, type IsTrusted } from '#http';
import { systemClock } from '#kernel';
import { LiveModule } from '#live';
import { MachinesModule } from '#machines';
import { PERSONAL_DATA, personalData, type WrappedKey } from '#personal-data';
import { PlayersModule } from '#players';
import { type MongoReadModels, ReadModels, ReadModelsModule } from '#read-models';
import { keyBytes, type Secrets } from '#secrets';
import { WalletsModule } from '#wallets';

import { evidenceSubjects } from './evidence-subjects.js';
import { healthIndicators } from './health.js';
import { liveAccess } from './live-access.js';
import { liveCommands, liveRoutes } from './live-commands.js';
import { PoliciesModule } from './policies.module.js';
import { publicEvents } from './public-events.js';
import { storedEvents } from './stored-events.js';
import { commandLog, snapshotStore } from './stores.js';

/** What is connected before the application is made. */
export interface PlatformParts {
  readonly settings: PlatformSettings;
  readonly store: EventStore;
  readonly storeId: string;
  readonly feed: AllFeed;
  readonly readModels: MongoReadModels;
  readonly secrets: Secrets;
  readonly metrics: Registry;
  readonly isTrustedProxy: IsTrusted;
  readonly onSnapshotFailure: (stream: string, error: unknown) => void;
}

/** The whole platform, or the roles of it that the settings name. */
@Module({})
export class PlatformModule {
  static forRoot({ settings, readModels, secrets, metrics, isTrustedProxy, ...events }: PlatformParts): DynamicModule {
    const has = (role: PlatformSettings['ROLES'][number]): boolean => settings.ROLES.includes(role);
    const snapshots = snapshotStore(readModels);
    return {
      module: PlatformModule,
      imports: [
        HttpModule.forRoot({
          secrets,
          metrics,
          health: {
            inject: [],
            useFactory: (): readonly HealthIndicator[] => healthIndicators(readModels, events.store),
          },
        }),
        EventSourcingModule.forRoot({
          ...events,
          catalogue: storedEvents,
          clock: systemClock,
          snapshots,
          commandLog: commandLog(readModels),
        }),
        ReadModelsModule.forConnected(readModels, { projector: has('projector') }),
        PersonalDataModule.forRoot(readModels, secrets),
        AccessModule.forRoot({
          issuer: 'tallyhall',
          audience: 'tallyhall',
          limits: settings.RATE_LIMITS,
          ...(settings.SIGNING_KEY_DAYS === 0 ? {} : { signingKeyDays: settings.SIGNING_KEY_DAYS }),
          routes: has('live') ? liveRoutes : [],
          ...(settings.TLS_GATEWAY_CA_FILE === undefined ? {} : { certifiedClient }),
        }),
        HallsModule,
        ...(has('api') ? [MachinesModule, PlayersModule, WalletsModule] : []),
        AuditModule.forRoot({
          names: { inject: [ActorNames], useFactory: (names: ActorNames) => names },
          subjects: { inject: [ReadModels, PERSONAL_DATA], useFactory: evidenceSubjects },
          serves: has('api'),
          keeps: has('projector'),
        }),
        ...(has('live')
          ? [
              LiveModule.forRoot({
                catalogue: publicEvents,
                commands: has('api') ? liveCommands : [],
                isTrustedProxy,
                access: { inject: [AccessDecision], useFactory: liveAccess },
              }),
            ]
          : []),
        CallbacksModule.forRoot({
          catalogue: publicEvents,
          allow: settings.CALLBACKS_ALLOW,
          deliver: has('callbacks'),
        }),
        ...(has('projector') ? [PoliciesModule] : []),
      ],
    };
  }
}

/** People's keys, in the database that is backed up apart. */
@Global()
@Module({})
class PersonalDataModule {
  static forRoot(readModels: ReadModels, secrets: Secrets): DynamicModule {
    const keys = readModels.keyCollection<WrappedKey>('person-keys');
    return {
      module: PersonalDataModule,
      providers: [
        {
          provide: PERSONAL_DATA,
          useFactory: () => personalData(keys, secrets, () => randomBytes(keyBytes), Date.now),
        },
      ],
      exports: [PERSONAL_DATA],
    };
  }
}
