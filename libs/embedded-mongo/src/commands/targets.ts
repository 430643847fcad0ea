import type { BsonDocument, BsonValue } from '../bson/values.js';
import { refuse } from '../errors.js';
import { numberOf } from '../query/arguments.js';
import type { Plan, Query } from '../query/planner.js';
import { planQuery } from '../query/planner.js';
import type { Found } from '../query/found.js';
import { Scan } from '../query/scan.js';
import type { SortField } from '../query/sort.js';
import { sortKey } from '../query/sort.js';
import type { Collection } from '../storage/collection.js';
import type { Store } from '../storage/store.js';
import type { Slice } from '../storage/write-queue.js';

/**
 * The document that a write is for, where its filter names one place of a unique index; 'unplanned' where it does not.
 * It saves the commonest write a generator.
 */
export function pointTarget(store: Store, collection: Collection, query: Query): Found | undefined | 'unplanned' {
  const plan = planQuery(collection, query);
  if (!isSinglePoint(plan)) return 'unplanned';
  return new Scan(store.environment, store.documents, plan).next(1)[0];
}

const isSinglePoint = ({ ranges }: Plan): boolean => ranges.length === 1 && ranges[0]?.isPoint === true;

/** The first document that a write is for, by the order asked for; found inside the write's own transaction. */
export function* firstTarget(
  store: Store,
  collection: Collection,
  query: Query,
  slice: Slice,
): Generator<void, Found | undefined, void> {
  const plan = planQuery(collection, query);
  const scan = new Scan(store.environment, store.documents, plan);
  let best: { readonly found: Found; readonly key: Buffer } | undefined;
  while (!scan.done) {
    const found = scan.next(1);
    if (plan.sorted && found[0] !== undefined) return found[0];
    for (const candidate of found) best = better(best, candidate, query.sort);
    if (slice.spent() && !scan.done) yield;
  }
  return best === undefined ? undefined : scan.reread(best.found.recordId);
}

function better(
  best: { readonly found: Found; readonly key: Buffer } | undefined,
  found: Found,
  sort: readonly SortField[],
): { readonly found: Found; readonly key: Buffer } {
  const key = sortKey(found.document, sort);
  return best === undefined || key.compare(best.key) < 0 ? { found, key } : best;
}

/**
 * Applies a write to every matching document. The records are collected first, so that none is met twice because the
 * write itself moved it in the index, and each is looked at again before it is written.
 */
export function* eachTarget(
  store: Store,
  collection: Collection,
  query: Query,
  slice: Slice,
  write: (found: Found) => void,
): Generator<void, void, void> {
  const scan = new Scan(store.environment, store.documents, planQuery(collection, query));
  const recordIds: number[] = [];
  while (!scan.done) {
    for (const { recordId } of scan.next()) recordIds.push(recordId);
    if (slice.spent()) yield;
  }
  for (const recordId of recordIds) {
    const found = scan.reread(recordId);
    if (found !== undefined) write(found);
    if (slice.spent()) yield;
  }
}

/** Reads a `hint`: an index's name, its key pattern, or `$natural`. */
export function hintOf(collection: Collection, hint: BsonValue | undefined): Query['hint'] {
  if (hint === undefined || (hint instanceof Map && hint.size === 0)) return undefined;
  if (hint instanceof Map && hint.has('$natural')) {
    return { natural: (numberOf(hint.get('$natural')) ?? 1) < 0 ? -1 : 1 };
  }
  const index = collection.indexes.find(
    ({ name, specification, ready }) =>
      ready && (typeof hint === 'string' ? name === hint : hint instanceof Map && samePattern(specification, hint)),
  );
  return index === undefined ? refuse('BadValue', 'hint provided does not correspond to an existing index') : { index };
}

function samePattern(specification: BsonDocument, pattern: BsonDocument): boolean {
  const key = specification.get('key');
  return key instanceof Map && patternText(key) === patternText(pattern);
}

/** A key pattern as text, so that two can be compared: names and directions in order. */
export function patternText(pattern: BsonDocument): string {
  return [...pattern].map(([name, direction]) => `${name}_${directionText(direction)}`).join('_');
}

function directionText(direction: BsonValue): string {
  if (typeof direction === 'bigint' || typeof direction === 'string') return String(direction);
  return direction !== null && typeof direction === 'object' && 'value' in direction ? String(direction.value) : '?';
}
