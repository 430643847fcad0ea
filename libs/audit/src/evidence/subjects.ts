import { z } from 'zod';

import type { SubjectKind } from '#evidence';

const id = z.string().min(1).max(128);
const day = z.iso.date();

/** What evidence is asked about. Gaming dates are both included. */
export const evidenceSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('machine'), id, from: day.optional(), to: day.optional() }),
    z.strictObject({ kind: z.literal('player'), id, from: day.optional(), to: day.optional() }),
    z.strictObject({ kind: z.literal('wallet'), id, from: day.optional(), to: day.optional() }),
    z.strictObject({ kind: z.literal('hall'), id, from: day, to: day }),
  ])
  .refine(({ from, to }) => from === undefined || to === undefined || from <= to, {
    path: ['to'],
    message: 'must not be before from',
  });
export type EvidenceRequest = z.output<typeof evidenceSchema>;

/** What is known of a subject; undefined where there is none. */
export interface KnownSubject {
  readonly hallId: string;
  readonly name: string | null;
}

/** Looks subjects up where the domain keeps them. */
export interface EvidenceSubjects {
  find(kind: SubjectKind, id: string): Promise<KnownSubject | undefined>;
}

/** Injection token of the {@link EvidenceSubjects}. */
export const EVIDENCE_SUBJECTS = Symbol('EvidenceSubjects');
