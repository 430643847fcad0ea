/** When an append is stored, is a repeat of an earlier one, or is refused: EventStoreDB's rules as pure functions. */
import type { EventToStore } from '../storage/event-message.js';

/** What a writer expects of the stream; a number is the exact last revision. */
export type ExpectedRevision = 'any' | 'no-stream' | 'stream-exists' | number;

/** Events that are to be stored together, or not at all. */
export interface Append {
  /** The stream's name, one character a byte. */
  readonly streamKey: string;
  readonly expected: ExpectedRevision;
  readonly events: readonly EventToStore[];
}

/** What is known about the stream an append is for. */
export interface StreamFacts {
  /** -1 when the stream never had an event. */
  readonly lastRevision: number;
  /** Soft-deleted: it has events, but counts as missing until it is written again. */
  readonly isSoftDeleted: boolean;
  readonly isTombstoned: boolean;
  /** Whether the event at this revision has this id. */
  hasIdAt(revision: number, id: Buffer): boolean;
  /** The revision of an event of this stream with this id, or null. */
  revisionOf(id: Buffer): number | null;
}

export type AppendDecision =
  | { readonly kind: 'store'; readonly firstRevision: number }
  /** The same events are stored already, the last of them at `revision`. */
  | { readonly kind: 'repeat'; readonly revision: number }
  /** `current` is null where the stream is missing. */
  | { readonly kind: 'wrong-expected-version'; readonly current: number | null }
  | { readonly kind: 'stream-deleted' };

/** Decides about an append of events with these ids. */
export const decideAppend = (
  expected: ExpectedRevision,
  ids: readonly Buffer[],
  stream: StreamFacts,
): AppendDecision => {
  if (stream.isTombstoned) return { kind: 'stream-deleted' };
  if (expected === 'any' || expected === 'stream-exists') return decideByIds(expected, ids, stream);
  const expectedRevision = expected === 'no-stream' ? -1 : expected;
  if (expectedRevision === stream.lastRevision) return store(stream);
  if (expectedRevision > stream.lastRevision) return wrong(stream);
  return decideByPlace(expectedRevision, ids, stream);
};

const store = (stream: StreamFacts): AppendDecision => ({ kind: 'store', firstRevision: stream.lastRevision + 1 });

const wrong = ({ lastRevision }: StreamFacts): AppendDecision => ({
  kind: 'wrong-expected-version',
  current: lastRevision < 0 ? null : lastRevision,
});

/** All known, in any order: a repeat. None known: new. Anything between is refused. */
const decideByIds = (expected: ExpectedRevision, ids: readonly Buffer[], stream: StreamFacts): AppendDecision => {
  const isMissing = stream.lastRevision < 0 || stream.isSoftDeleted;
  if (expected === 'stream-exists' && isMissing) return wrong(stream);
  const known = ids.map((id) => stream.revisionOf(id));
  const last = known.at(-1);
  if (known.every((revision) => revision === null)) return store(stream);
  if (last === undefined || last === null || known.includes(null)) return wrong(stream);
  return { kind: 'repeat', revision: last };
};

/** The same ids right after the expected revision: a repeat, however much was appended since. */
const decideByPlace = (expectedRevision: number, ids: readonly Buffer[], stream: StreamFacts): AppendDecision => {
  const isRepeat = ids.length > 0 && ids.every((id, index) => stream.hasIdAt(expectedRevision + 1 + index, id));
  if (isRepeat) return { kind: 'repeat', revision: expectedRevision + ids.length };
  return expectedRevision === -1 && stream.isSoftDeleted ? store(stream) : wrong(stream);
};
