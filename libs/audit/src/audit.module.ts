import { randomBytes } from 'node:crypto';

import {
  type DynamicModule,
  type FactoryProvider,
  Inject,
  Logger,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';

import { EVENT_STORE, type EventStore, STORE_ID } from '#event-sourcing';
import { CALL_RECORDER } from '#http';
import { systemClock } from '#kernel';
import { PERSONAL_DATA, type PersonalData } from '#personal-data';
import { SECRETS, type Secrets } from '#secrets';
import { noteSigner, type NoteSigner } from '#tamper-log';

import { ACTOR_NAMES, type ActorNames } from './actor-names.js';
import { AuditController } from './audit.controller.js';
import { CallLog } from './calls/call-log.js';
import { CallsController } from './calls/calls.controller.js';
import { SealedAddresses } from './calls/sealed-addresses.js';
import { EvidenceController } from './evidence/evidence.controller.js';
import { EvidenceDesk } from './evidence/evidence-desk.js';
import { EVIDENCE_SUBJECTS, type EvidenceSubjects } from './evidence/subjects.js';
import { LOG_SIGNER } from './log/log.tokens.js';
import { LogController } from './log/log.controller.js';
import { ProofDesk } from './log/proof-desk.js';
import { ProofsController } from './log/proofs.controller.js';
import { TamperLog } from './log/tamper-log.service.js';

export type ActorNamesFactory = Pick<FactoryProvider<ActorNames>, 'inject' | 'useFactory'>;

export interface AuditModuleOptions {
  /** Who actors are, in words; the domain libraries know. */
  readonly names: ActorNamesFactory;
  /** What evidence can be about. */
  readonly subjects: Pick<FactoryProvider<EvidenceSubjects>, 'inject' | 'useFactory'>;
  /** Whether this process serves the history, and whether it may keep the tamper log. */
  readonly serves: boolean;
  readonly keeps: boolean;
}

const KEEPS = Symbol('KeepsTamperLog');

/** The key of a store's log: its name is the log's origin, and neither ever changes. */
export const logSigner = (secrets: Secrets, storeId: string): NoteSigner =>
  noteSigner(`tallyhall/${storeId}`, secrets.derive('audit-log', storeId));

/** The history for regulators, and the proof that nothing of it was changed. */
@Module({})
export class AuditModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    private readonly tamperLog: TamperLog,
    private readonly calls: CallLog,
    @Inject(KEEPS) private readonly keeps: boolean,
  ) {}

  static forRoot({ names, subjects, serves, keeps }: AuditModuleOptions): DynamicModule {
    return {
      module: AuditModule,
      global: true,
      controllers: serves
        ? [AuditController, LogController, ProofsController, EvidenceController, CallsController]
        : [],
      providers: [
        { provide: ACTOR_NAMES, ...names },
        { provide: EVIDENCE_SUBJECTS, ...subjects },
        { provide: KEEPS, useValue: keeps },
        { provide: LOG_SIGNER, inject: [SECRETS, STORE_ID], useFactory: logSigner },
        ProofDesk,
        EvidenceDesk,
        { provide: CallLog, inject: [EVENT_STORE, PERSONAL_DATA], useFactory: callLog },
        { provide: CALL_RECORDER, useExisting: CallLog },
        TamperLog,
      ],
      exports: [CALL_RECORDER],
    };
  }

  onApplicationBootstrap(): void {
    if (this.keeps) this.tamperLog.start();
  }

  /** The last calls are written before the log is signed for the last time. */
  async onApplicationShutdown(): Promise<void> {
    await this.calls.stop();
    await this.tamperLog.stop();
  }
}

const nodeBytes = 4;

/** Another name for each start: each stream of calls has one writer. */
function callLog(store: EventStore, personalData: PersonalData): CallLog {
  const logger = new Logger('CallLog');
  return new CallLog({
    store,
    addresses: new SealedAddresses(personalData),
    clock: systemClock,
    newNode: () => randomBytes(nodeBytes).toString('hex'),
    onFailure: (error) => logger.error(error),
  });
}
