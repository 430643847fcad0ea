import { setTimeout as pause } from 'node:timers/promises';

import { Inject, Injectable, Logger } from '@nestjs/common';

import { EVENT_STORE, type EventStore, FEED, type RecentHistory, RevisionConflict } from '#event-sourcing';
import { systemClock } from '#kernel';
import { type Lease, ReadModels } from '#read-models';
import { findingText, type NoteSigner } from '#tamper-log';

import { checkLog, isCheckDue, lastChecked } from './log-check.js';
import { LogCollections, LogTakenOver } from './log-collections.js';
import { LogInconsistent, LogKeeper } from './log-keeper.js';
import { LOG_SIGNER } from './log.tokens.js';

const leaseTtlMs = 5_000;
/** Between two looks whether the nightly check is due. */
const dueEveryMs = 30_000;
/** After an inconsistency, until it is looked at again: somebody may have repaired it. */
const haltMs = 60_000;
const retryMs = 1_000;

/** Keeps the log in one process of all that may, and checks it every night. */
@Injectable()
export class TamperLog {
  private readonly logger = new Logger('TamperLog');
  private readonly clock = systemClock;
  private lease: Lease | undefined;

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(FEED) private readonly recent: RecentHistory,
    @Inject(LOG_SIGNER) private readonly signer: NoteSigner,
    private readonly readModels: ReadModels,
  ) {}

  start(): void {
    this.lease ??= this.readModels.leases.hold('tamper-log', {
      ttlMs: leaseTtlMs,
      onAcquired: async (signal) => void (await Promise.all([this.keep(signal), this.checkNightly(signal)])),
      onError: (error) => this.logger.error(error),
    });
  }

  /** Logs and signs what came until now. */
  async stop(): Promise<void> {
    await this.lease?.release();
  }

  private async keep(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const { store, recent, signer, clock } = this;
      try {
        const storage = new LogCollections(this.readModels);
        const keeper = await LogKeeper.open({ store, recent, signer, clock, storage });
        await keeper.keep(signal);
      } catch (error) {
        if (error instanceof LogTakenOver || error instanceof RevisionConflict) throw error;
        this.logger.error(error);
        const halted = error instanceof LogInconsistent;
        if (halted) await this.check();
        await pause(halted ? haltMs : retryMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  private async checkNightly(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        if (isCheckDue(await lastChecked(this.store), this.clock())) await this.check();
      } catch (error) {
        this.logger.error(error);
      }
      await pause(dueEveryMs, undefined, { signal }).catch(() => undefined);
    }
  }

  private async check(): Promise<void> {
    const { store, signer, clock } = this;
    const storage = new LogCollections(this.readModels);
    const { findings, size } = await checkLog({ store, storage, verifier: signer, clock });
    for (const finding of findings) this.logger.error(`ALARM: store and tamper log disagree: ${findingText(finding)}`);
    if (findings.length === 0) this.logger.log(`Store and tamper log agree on ${size} leaves.`);
  }
}
