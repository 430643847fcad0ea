import { z } from 'zod';

import { eventType } from '#kernel';

/** The stream of every checkpoint that was ever signed: one writer, at exact revisions. */
export const checkpointStream = 'audit-checkpoints';

const decimal = z.string().regex(/^(0|[1-9]\d{0,15})$/);

/** A checkpoint of the log, kept as an event, which thereby becomes a leaf of the log itself. */
export const checkpointSigned = eventType(
  'audit.checkpoint-signed.v1',
  z.strictObject({
    /** Leaves of the tree. */
    size: decimal,
    /** Base64. */
    root: z.string().length(44),
    /** The signed note as it is served. */
    note: z.string().min(1).max(4_000),
  }),
);
