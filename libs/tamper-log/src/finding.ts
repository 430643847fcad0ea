/** How store and log disagree. */
export const findingKinds = [
  /** The event is there, with other content than was logged. */
  'event-changed',
  /** The log has it, the store has not. */
  'event-removed',
  /** The store has it, among what was logged, and the log has not. */
  'event-inserted',
  /** Both have it, at different places. */
  'event-moved',
  /** The stored entry is not what the store's event and the tree's hash say. */
  'entry-changed',
  /** A hash of a tile is not what its entries make. */
  'tile-changed',
  'tile-missing',
  /** A checkpoint is not signed by the log's key, or cannot be read. */
  'checkpoint-invalid',
  /** A signed checkpoint names another tree than the log has. */
  'checkpoint-of-another-tree',
] as const;
export type FindingKind = (typeof findingKinds)[number];

/** One disagreement, named by its leaf. */
export interface Finding {
  readonly kind: FindingKind;
  /** Index of the leaf; of the first one that is meant, where it is several. */
  readonly leaf: number;
  readonly stream: string | null;
  readonly revision: string | null;
  readonly eventId: string | null;
  /** In words. */
  readonly detail: string;
}

/** A finding as one line. */
export function findingText({ kind, leaf, stream, revision, detail }: Finding): string {
  const event = stream === null ? '' : ` (event ${revision ?? '?'} of ${stream})`;
  return `leaf ${leaf}${event}: ${kind}: ${detail}`;
}
