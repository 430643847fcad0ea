import { prefixEnd } from '../bson/key-encoding.js';
import type { BsonDocument } from '../bson/values.js';
import type { Collection, Index } from '../storage/collection.js';
import { ID_INDEX_NAME } from '../storage/collection.js';
import { ownerPrefix } from '../storage/keys.js';
import type { BoundsByField } from './bounds.js';
import { boundsOf } from './bounds.js';
import type { Matcher } from './matcher.js';
import { compileFilter, isOperatorDocument } from './matcher.js';
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
  readonly matches: Matcher;
}

export interface Query {
  readonly filter: BsonDocument;
  readonly sort: readonly SortField[];
  /** An index by name or key pattern, or `$natural` order. */
  readonly hint?: Hint | undefined;
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

/** The commonest query of all: one document by its _id. */
function planById(collection: Collection, { filter, hint }: Query): Plan | undefined {
  const id = filter.get('_id');
  if (hint !== undefined || id === undefined || isOperatorDocument(id)) return undefined;
  const idIndex = collection.indexes.find(({ name }) => name === ID_INDEX_NAME);
  if (idIndex === undefined) return undefined;
  const found = indexRanges(idIndex, boundsOf(new Map([['_id', id]])));
  if (found.pointFields === 0) return undefined;
  const matches = compileFilter(filter);
  const { ranges } = found;
  return { collection, index: idIndex, ranges, reverse: false, sorted: true, exact: filter.size === 1, matches };
}

function planWithBounds(collection: Collection, { filter, sort, hint }: Query): Plan {
  const matches = compileFilter(filter);
  const exact = filter.size === 0;
  if (hint !== undefined && 'natural' in hint) return recordScan(collection, matches, exact, sort, hint.natural === -1);
  const bounds = boundsOf(filter);
  const indexes = hint === undefined ? collection.indexes.filter(({ ready }) => ready) : [hint.index];
  const best = indexes
    .map((index) => evaluate(index, bounds, sort))
    .filter(({ score }) => hint !== undefined || score > 0)
    .reduce<Candidate | undefined>((a, b) => (a !== undefined && a.score >= b.score ? a : b), undefined);
  if (best === undefined) return recordScan(collection, matches, exact, sort, false);
  const sorted = sort.length === 0 || best.direction !== undefined;
  const { index, found, direction } = best;
  return { collection, index, ranges: found.ranges, reverse: direction === -1, sorted, exact: false, matches };
}

function recordScan(
  collection: Collection,
  matches: Matcher,
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
  return { index, found, direction, score: found.bounded || direction !== undefined ? score : 0 };
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
