import type { CommandEnvelope, CommandExecutor, HallDirectory, Policy } from '#event-sourcing';
import { derivedId, type RecordedEvent } from '#kernel';

import { commandSettled } from './feed-events.js';
import { machines } from './machines.aggregate.js';
import type { PlayOutcome } from './machine.js';

/** A gateway that is away cannot say that a deadline passed: this long after it the platform says so itself. */
export const settlementGraceMs = 10_000;

export interface PlayLockDependencies {
  readonly executor: CommandExecutor;
  readonly halls: HallDirectory;
}

/** What a machine answered, as its gateway reported it in the feed, becomes the outcome of the request. */
export const playLockPolicy = (dependencies: PlayLockDependencies): Policy => ({
  name: 'play-lock',
  handles: [commandSettled.type],
  react: async (event: RecordedEvent) => {
    const { machineId, commandId, outcome, detail } = commandSettled.schema.parse(event.data);
    const envelope = policyEnvelope(
      derivedId('policy', 'play-lock', event.id),
      event.metadata.$correlationId,
      event.id,
    );
    await settle(
      dependencies,
      { machineId, lockId: commandId, outcome, ...(detail === undefined ? {} : { detail }) },
      envelope,
    );
  },
});

/** Settles a request whose deadline has passed without a word from its gateway. */
export async function expirePlayRequest(
  dependencies: PlayLockDependencies,
  machineId: string,
  lockId: string,
): Promise<void> {
  const envelope = policyEnvelope(derivedId('policy', 'play-lock-expiry', lockId), lockId, lockId);
  await settle(
    dependencies,
    { machineId, lockId, outcome: 'expired', detail: 'the gateway did not answer in time' },
    envelope,
  );
}

interface Settlement {
  readonly machineId: string;
  readonly lockId: string;
  readonly outcome: PlayOutcome;
  readonly detail?: string;
}

async function settle(
  { executor, halls }: PlayLockDependencies,
  data: Settlement,
  envelope: CommandEnvelope,
): Promise<void> {
  const { state } = await executor.load(machines, data.machineId);
  if (state.status === 'missing') return;
  const hall = await halls.hall(state.hallId);
  await executor.execute({
    aggregate: machines,
    id: data.machineId,
    command: { type: 'SettlePlay', data },
    envelope,
    hall,
  });
}

const policyEnvelope = (commandId: string, correlationId: string, causationId: string): CommandEnvelope => ({
  commandId,
  commandHash: '',
  actor: { kind: 'system', id: 'play-lock' },
  correlationId,
  causationId,
});
