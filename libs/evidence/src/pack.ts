import { z } from 'zod';

/** What an evidence pack may be about. */
export const subjectKinds = ['machine', 'player', 'wallet', 'hall'] as const;
export type SubjectKind = (typeof subjectKinds)[number];

const day = z.iso.date();
const decimal = z.string().regex(/^(0|[1-9]\d{0,18})$/);

export const manifestSchema = z.strictObject({
  format: z.literal('tallyhall-evidence'),
  version: z.literal(1),
  createdAt: z.iso.datetime(),
  createdBy: z.strictObject({ kind: z.string(), id: z.string(), name: z.string().nullable() }),
  origin: z.string(),
  subject: z.strictObject({ kind: z.enum(subjectKinds), id: z.string(), name: z.string().nullable() }),
  /** Gaming dates, both included; null is from the beginning, or until now. */
  period: z.strictObject({ from: day.nullable(), to: day.nullable() }),
  events: z.int().min(0),
  /** Streams of which every event between two revisions is in the pack. */
  completeStreams: z.array(z.strictObject({ stream: z.string(), first: decimal, last: decimal })),
  /** SHA-256 of each other file, hexadecimal. */
  files: z.record(z.string(), z.string().length(64)),
});
export type Manifest = z.output<typeof manifestSchema>;

/** One line of events.jsonl: an event as it is stored, at its place in the log. */
export const packedEventSchema = z.strictObject({
  index: decimal,
  stream: z.string(),
  revision: decimal,
  id: z.string(),
  type: z.string(),
  recordedAt: z.iso.datetime(),
  data: z.unknown(),
  metadata: z.unknown(),
});

/** One line of proofs.jsonl, in the order of the events. */
export const packedProofSchema = z.strictObject({ index: decimal, hashes: z.array(z.string().length(44)).max(64) });

export const fileNames = {
  readme: 'readme.txt',
  manifest: 'manifest.json',
  events: 'events.jsonl',
  proofs: 'proofs.jsonl',
  names: 'names.json',
  checkpoint: 'checkpoint.txt',
  key: 'key.txt',
} as const;
