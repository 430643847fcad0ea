import { z } from 'zod';

import { derivedId, type EventMetadata, eventType } from '#kernel';
import { checkpointSigned, findingKinds } from '#tamper-log';

/** The stream of what checks of the log found. */
export const checkStream = 'audit-log-checks';

const count = z.int().min(0);

/** Store and log were compared, leaf by leaf. */
export const logChecked = eventType(
  'audit.log-checked.v1',
  z.strictObject({
    /** Leaves compared, and checkpoints among them. */
    size: count,
    checkpoints: count,
    /** Root over the leaves, base64. */
    root: z.string().length(44),
    findings: count,
    startedAt: z.iso.datetime(),
  }),
);

/** Store and log disagree at a leaf: somebody changed one of them. */
export const logDisagreed = eventType(
  'audit.log-disagreed.v1',
  z.strictObject({
    kind: z.enum(findingKinds),
    leaf: count,
    stream: z.string().max(1_024).nullable(),
    revision: z.string().max(20).nullable(),
    eventId: z.string().max(64).nullable(),
    detail: z.string().max(2_000),
  }),
);

export const logEvents = [checkpointSigned, logChecked, logDisagreed] as const;

/** Metadata of what the platform does by itself for the log. */
export function logMetadata(occurredAt: Date, ...name: readonly string[]): EventMetadata {
  const commandId = derivedId('audit-log', ...name);
  return {
    $correlationId: commandId,
    $causationId: commandId,
    commandId,
    actor: { kind: 'system', id: 'audit-log' },
    hallId: null,
    gamingDate: null,
    occurredAt: occurredAt.toISOString(),
  };
}
