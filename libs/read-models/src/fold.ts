import type { FeedEvent } from '#event-sourcing';
import type { Event, Projection } from '#kernel';

import { type DocumentChange, type DocumentState, isHiddenField } from './document-state.js';

/** An event that could not be folded; without an id it is not even known into which document. */
export interface FoldFailure {
  readonly id: string | undefined;
  readonly event: FeedEvent;
  readonly error: Error;
}

/** The events of a batch by the document that they change, each list in order. */
export interface AssignedBatch {
  readonly byDocument: ReadonlyMap<string, readonly FeedEvent[]>;
  /** How many events of the batch the projection handles. */
  readonly handled: number;
  /** The first event whose document is unknown; it and all that follow it are left out. */
  readonly failure?: FoldFailure;
}

export interface FoldedBatch {
  readonly changes: readonly DocumentChange[];
  /** One a document at most; where failures stop the projection, the first of all and nothing from there on folded. */
  readonly failures: readonly FoldFailure[];
}

type AnyProjection = Projection<object, Event>;
type StateOf = (id: string) => DocumentState | undefined;

/** Sorts the events that a projection handles by document. */
export function assignEvents(projection: AnyProjection, events: readonly FeedEvent[]): AssignedBatch {
  const handled = new Set<string>(projection.handles);
  const byDocument = new Map<string, FeedEvent[]>();
  let count = 0;
  for (const event of events) {
    if (!handled.has(event.type)) continue;
    count += 1;
    try {
      const id = documentOf(projection, event);
      if (id === undefined) continue;
      const known = byDocument.get(id);
      if (known) known.push(event);
      else byDocument.set(id, [event]);
    } catch (error) {
      return { byDocument, handled: count, failure: { id: undefined, event, error: asError(error) } };
    }
  }
  return { byDocument, handled: count };
}

/** Folds each document's events over what was read. Pure: writing the changes is another matter. */
export function foldBatch(
  projection: AnyProjection,
  byDocument: ReadonlyMap<string, readonly FeedEvent[]>,
  stateOf: StateOf,
): FoldedBatch {
  const folded = foldBefore(projection, byDocument, stateOf, undefined);
  const first = earliest(folded.failures);
  if (!first || projection.onFailure !== 'stop') return folded;
  return { ...foldBefore(projection, byDocument, stateOf, first.event.position), failures: [first] };
}

function foldBefore(
  projection: AnyProjection,
  byDocument: ReadonlyMap<string, readonly FeedEvent[]>,
  stateOf: StateOf,
  end: bigint | undefined,
): FoldedBatch {
  const changes: DocumentChange[] = [];
  const failures: FoldFailure[] = [];
  for (const [id, events] of byDocument) {
    const before = stateOf(id);
    const wanted = end === undefined ? events : events.filter(({ position }) => position < end);
    const { after, failure } = foldDocument(projection, id, before, wanted);
    if (after && after.doc !== (before?.doc ?? null)) changes.push({ after, expected: before?.position });
    if (failure) failures.push(failure);
  }
  return { changes, failures };
}

/** Events at or before the document's own position are in it already. */
function foldDocument(
  projection: AnyProjection,
  id: string,
  before: DocumentState | undefined,
  events: readonly FeedEvent[],
): { after: DocumentState | undefined; failure?: FoldFailure } {
  let after = before;
  for (const event of events) {
    if (after && event.position <= after.position) continue;
    try {
      after = evolved(projection, id, after, event);
    } catch (error) {
      return { after, failure: { id, event, error: asError(error) } };
    }
  }
  return { after };
}

function evolved(
  projection: AnyProjection,
  id: string,
  before: DocumentState | undefined,
  event: FeedEvent,
): DocumentState {
  if (event.unreadable) throw event.unreadable;
  const doc = projection.evolve(before?.doc ?? null, event);
  if (doc && Object.keys(doc).some(isHiddenField))
    throw new TypeError(`${projection.name} made a document with a field that begins with an underscore`);
  const created = before?.created ?? event.position;
  return { id, position: event.position, created: doc ? created : undefined, doc };
}

/** An unreadable event without a proper id may belong to any document. */
function documentOf(projection: AnyProjection, event: FeedEvent): string | undefined {
  const id: unknown = projection.idOf(event);
  if (typeof id === 'string') return id;
  if (event.unreadable) throw event.unreadable;
  if (id === undefined) return undefined;
  throw new TypeError(`${projection.name} answered no id for ${event.type}`);
}

const earliest = (failures: readonly FoldFailure[]): FoldFailure | undefined =>
  failures.reduce<FoldFailure | undefined>(
    (first, failure) => (first && first.event.position < failure.event.position ? first : failure),
    undefined,
  );

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));
