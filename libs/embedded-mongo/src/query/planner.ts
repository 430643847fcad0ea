import type { Variables } from '../aggregate/expressions/expressions.js';
import { encodeKeyValue, prefixEnd } from '../bson/key-encoding.js';
import { KeyWriter } from '../bson/key-writer.js';
import type { BsonDocument, BsonValue } from '../bson/values.js';
import type { Collection, Index } from '../storage/collection.js';
import { ID_INDEX_NAME } from '../storage/collection.js';
import { ownerPrefix } from '../storage/keys.js';
import type { BoundsByField } from './bounds.js';
import { boundsOf, isPoint, MAX_POINTS } from './bounds.js';
import type { FoundMatcher } from './found.js';
import { foundMatcher } from './found.js';
import { implies } from './implied.js';
import { isOperatorDocument } from './matcher.js';
import type { IndexRanges, KeyRange } from './plan-ranges.js';
import { indexRanges } from './plan-ranges.js';
import type { SortField } from './sort.js';

/** How a query reads a collection. */
export interface Plan {
  readonly collection: Collection;
  /** The index that is read; undefined for the records themselves. */
  readonly index: Index | undefined;
  readonly ranges: readonly KeyRange[];
  readonly reverse: boolean;
  /** Whether documents come in the order that was asked for. */
  readonly sorted: boolean;
  /** Whether everything read is wanted, so that nothing needs to be matched. */
  readonly exact: boolean;
  readonly matches: FoundMatcher;
  /** Whether the ranges are whole _ids, which the documents found must then have: the filter is not asked again. */
  readonly byId?: boolean;
}

export interface Query {
  readonly filter: BsonDocument;
  readonly sort: readonly SortField[];
  /** An index by name or key pattern, or `$natural` order. */
  readonly hint?: Hint | undefined;
  /** What `$expr` may refer to. */
  readonly variables?: Variables;
}

export type Hint = { readonly index: Index } | { readonly natural: 1 | -1 };

interface Candidate {
  readonly index: Index;
  readonly found: IndexRanges;
  readonly direction: 1 | -1 | undefined;
  readonly score: number;
}

const POINT_SCORE = 4;
const SORT_SCORE = 3;
const RANGE_SCORE = 2;
const UNIQUE_SCORE = 1_000;

/** Chooses how to read: an index for equality, ranges and order where one fits, else all records. */
export function planQuery(collection: Collection, query: Query): Plan {
  return planById(collection, query) ?? planWithBounds(collection, query);
}

/**
 * The commonest queries of all: documents by their _ids. An _id is never an array, so what its index answers needs no
 * second look; only the other conditions do.
 */
function planById(collection: Collection, { filter, sort, hint, variables }: Query): Plan | undefined {
  const id = filter.get('_id');
  if (hint !== undefined || id === undefined || !isListOfIds(id)) return undefined;
  const index = collection.indexes.find(({ name }) => name === ID_INDEX_NAME);
  if (index === undefined) return undefined;
  const ranges = pointsOf(index, id);
  if (ranges === undefined) return undefined;
  const exact = filter.size === 1;
  const others = new Map(filter);
  others.delete('_id');
  const sorted = sort.length === 0 || ranges.length <= 1;
  return {
    collection,
    index,
    ranges,
    reverse: false,
    sorted,
    exact,
    matches: foundMatcher(others, variables),
    byId: true,
  };
}

/** The places of the _id index where these _ids are; undefined where not all of them are single places. */
function pointsOf(index: Index, condition: BsonValue): readonly KeyRange[] | undefined {
  if (!isOperatorDocument(condition)) return isPoint(condition) ? [pointOf(index, condition)] : undefined;
  const ids = condition.get('$in');
  if (!Array.isArray(ids) || ids.length > MAX_POINTS || !ids.every(isPoint)) return undefined;
  const points = ids.map((id) => pointOf(index, id)).sort((left, right) => left.low.compare(right.low));
  return points.filter(({ low }, at) => at === 0 || points[at - 1]?.low.equals(low) !== true);
}

const writer = new KeyWriter();

function pointOf(index: Index, id: BsonValue): KeyRange {
  writer.reset().uint32(index.id);
  encodeKeyValue(writer, id);
  const low = writer.copy();
  return { low, high: low, isPoint: true };
}

/** One _id, or an `$in` and nothing else. */
function isListOfIds(condition: BsonValue): boolean {
  return !isOperatorDocument(condition) || (condition.size === 1 && condition.has('$in'));
}

function planWithBounds(collection: Collection, { filter, sort, hint, variables }: Query): Plan {
  const matches = foundMatcher(filter, variables);
  const exact = filter.size === 0;
  if (hint !== undefined && 'natural' in hint) return recordScan(collection, matches, exact, sort, hint.natural === -1);
  const bounds = boundsOf(filter);
  const indexes = hint === undefined ? collection.indexes.filter((index) => isComplete(index, filter)) : [hint.index];
  const best = indexes
    .map((index) => evaluate(index, bounds, sort))
    .filter(({ score }) => hint !== undefined || score > 0)
    .reduce<Candidate | undefined>((a, b) => (a !== undefined && a.score >= b.score ? a : b), undefined);
  if (best === undefined) return recordScan(collection, matches, exact, sort, false);
  const sorted = sort.length === 0 || best.direction !== undefined;
  const { index, found, direction } = best;
  return { collection, index, ranges: found.ranges, reverse: direction === -1, sorted, exact: false, matches };
}

/** Whether an index has every document that a filter can find. */
const isComplete = ({ ready, partial }: Index, filter: BsonDocument): boolean =>
  ready && (partial === undefined || implies(filter, partial.filter));

function recordScan(
  collection: Collection,
  matches: FoundMatcher,
  exact: boolean,
  sort: readonly SortField[],
  reverse: boolean,
): Plan {
  const prefix = ownerPrefix(collection.id);
  const ranges = [{ low: prefix, high: prefixEnd(prefix) }];
  return { collection, index: undefined, ranges, reverse, sorted: sort.length === 0, exact, matches };
}

function evaluate(index: Index, bounds: BoundsByField, sort: readonly SortField[]): Candidate {
  const found = indexRanges(index, bounds);
  const direction = sort.length === 0 || index.multikey ? undefined : sortDirection(index, found, sort);
  const allFixed = index.unique && found.pointFields === index.fields.length;
  const score =
    found.pointFields * POINT_SCORE +
    (found.bounded && found.pointFields < index.fields.length ? RANGE_SCORE : 0) +
    (direction === undefined ? 0 : SORT_SCORE) +
    (allFixed ? UNIQUE_SCORE : 0);
  return { index, found, direction, score: found.bounded || (direction !== undefined && !index.sparse) ? score : 0 };
}

/** 1 or -1 where reading the index forwards or backwards gives the order asked for. Fields fixed to one value count as any. */
function sortDirection(index: Index, found: IndexRanges, sort: readonly SortField[]): 1 | -1 | undefined {
  const fixed = new Set(found.singlePoint ? index.fields.slice(0, found.pointFields).map(({ name }) => name) : []);
  const wanted = sort.filter(({ name }) => !fixed.has(name));
  const offered = index.fields.filter(({ name }) => !fixed.has(name));
  let direction: 1 | -1 | undefined;
  for (const [position, field] of wanted.entries()) {
    const offer = offered[position];
    if (offer === undefined || offer.name !== field.name) return undefined;
    const needed = offer.descending === field.descending ? 1 : -1;
    if (direction !== undefined && direction !== needed) return undefined;
    direction = needed;
    if (index.unique && position === offered.length - 1) break;
  }
  return direction ?? 1;
}
