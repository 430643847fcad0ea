import type { Actor } from '#kernel';

import type { ProvableRecord } from '../proof/verdict.js';

export type NamedActor = Actor & { readonly name: string | null };

/** An event as the audit answers it. */
export interface AuditRecord extends Omit<ProvableRecord, 'proof'> {
  readonly position: string;
  readonly occurredAt: string;
  readonly hallId: string | null;
  readonly gamingDate: string | null;
  readonly actor: NamedActor;
  readonly reason: string | null;
  readonly commandId: string;
  readonly correlationId: string;
}

/** A page of a stream, newest first, with proofs in the tree of one checkpoint. */
export interface ProvenPage {
  readonly items: readonly (AuditRecord & Pick<ProvableRecord, 'proof'>)[];
  /** The revision where older ones go on; null at the beginning. */
  readonly next: string | null;
  readonly checkpoint: { readonly note: string; readonly signedAt: string } | null;
}

export interface RecordedCall {
  readonly at: string;
  readonly channel: 'rest' | 'internal' | 'sign-in' | 'socket';
  readonly actor: NamedActor | null;
  readonly from: string | null;
  readonly method: string;
  readonly route: string | null;
  readonly parameters: Readonly<Record<string, string>>;
  readonly status: number;
  readonly code: string | null;
  readonly durationMs: number;
  readonly correlationId: string;
  readonly commandId: string | null;
  readonly position: string | null;
  readonly record: { readonly stream: string; readonly revision: string };
}

export interface CallPage {
  readonly items: readonly RecordedCall[];
  readonly counts: readonly { readonly why: string; readonly count: number }[];
  readonly next: string | null;
}

/** How the tamper log stands. */
export interface LogState {
  readonly origin: string;
  readonly key: string;
  readonly checkpoint: {
    readonly size: string;
    readonly root: string;
    readonly note: string;
    readonly signedAt: string;
  } | null;
  readonly lastCheck: { readonly size: number; readonly findings: number; readonly at: string } | null;
  readonly findings: readonly {
    readonly kind: string;
    readonly leaf: number;
    readonly stream: string | null;
    readonly revision: string | null;
    readonly detail: string;
    readonly at: string;
  }[];
}
