import { Inject, Logger, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';

import { CommandExecutor, type Feed, FEED, HALL_DIRECTORY, type HallDirectory, runPolicy } from '#event-sourcing';
import { expirePlayRequest, machineRequests, playLockPolicy, settlementGraceMs, transferPolicy } from '#machines';
import { PERSONAL_DATA, type PersonalData } from '#personal-data';
import { type Lease, ReadModels } from '#read-models';

import { erasurePolicy } from './erasure.policy.js';
import { checkpointStore } from './stores.js';

const leaseTtlMs = 5_000;
const deadlineCheckMs = 1_000;
/** Requests whose deadline is kept in one look; the rest follow in the next. */
const maximumExpiries = 100;

/** The policies of the platform: one process of all that take part runs them, by lease. */
@Module({})
export class PoliciesModule implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Policies');
  private lease: Lease | undefined;

  constructor(
    private readonly executor: CommandExecutor,
    private readonly readModels: ReadModels,
    @Inject(HALL_DIRECTORY) private readonly halls: HallDirectory,
    @Inject(FEED) private readonly feed: Feed,
    @Inject(PERSONAL_DATA) private readonly personalData: PersonalData,
  ) {}

  onApplicationBootstrap(): void {
    this.lease = this.readModels.leases.hold('policies', {
      ttlMs: leaseTtlMs,
      onAcquired: (signal) => this.run(signal),
      onError: (error) => this.logger.error(error),
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.lease?.release();
  }

  private async run(signal: AbortSignal): Promise<void> {
    const dependencies = { executor: this.executor, halls: this.halls };
    const policies = [playLockPolicy(dependencies), transferPolicy(dependencies), erasurePolicy(this.personalData)];
    const running = policies.map((policy) =>
      runPolicy(policy, {
        feed: this.feed,
        checkpoints: checkpointStore(this.readModels),
        signal,
        onFailure: ({ name }, event, error) => this.logger.error({ policy: name, event: event.id, error }),
      }),
    );
    await Promise.all([...running, this.keepDeadlines(signal)]);
  }

  private async keepDeadlines(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await new Promise((resolve) => setTimeout(resolve, deadlineCheckMs));
      await this.expire().catch((error: unknown) => this.logger.error(error));
    }
  }

  private async expire(): Promise<void> {
    const overdue = new Date(Date.now() - settlementGraceMs).toISOString();
    const where = { settled: false, expiresHere: true, deadline: { $lt: overdue } };
    const { items } = await this.readModels.of(machineRequests).find({ where, limit: maximumExpiries });
    const dependencies = { executor: this.executor, halls: this.halls };
    for (const { id, machineId } of items) await expirePlayRequest(dependencies, machineId, id);
  }
}
