import { z } from 'zod';

import { factSchema } from './fact.js';

/** Most facts in one batch, over all its machines; a body stays well under the platform's limit. */
export const maximumFactsPerBatch = 500;
export const maximumMachinesPerBatch = 200;

/** `POST /internal/v1/gateways/{gatewayId}/facts`: each machine's facts follow one another without a gap. */
export const factBatchSchema = z.strictObject({
  journalId: z.uuid(),
  machines: z
    .array(
      z.strictObject({
        machineId: z.string().min(1).max(64),
        facts: z.array(factSchema).min(0).max(maximumFactsPerBatch),
      }),
    )
    .min(1)
    .max(maximumMachinesPerBatch),
});
export type FactBatch = z.output<typeof factBatchSchema>;

/**
 * The answer, machine by machine: the sequence that the platform wants next. A head it already has is skipped; a start
 * past what it wants is refused with that number (`sequence_gap`). A refused machine's facts wait at the gateway; empty
 * `facts` ask where the platform stands.
 */
export const batchAnswerSchema = z.strictObject({
  machines: z.array(
    z.strictObject({
      machineId: z.string(),
      next: z.int().min(1),
      refused: z
        .strictObject({
          code: z.enum(['machine_unknown', 'sequence_gap', 'journal_unknown', 'fact_invalid']),
          message: z.string(),
        })
        .optional(),
    }),
  ),
});
export type BatchAnswer = z.output<typeof batchAnswerSchema>;
