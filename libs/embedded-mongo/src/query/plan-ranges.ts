import { prefixEnd } from '../bson/key-encoding.js';
import type { Index } from '../storage/collection.js';
import { ownerPrefix } from '../storage/keys.js';
import type { BoundsByField, Edge, FieldBounds } from './bounds.js';
import { intersection } from './bounds.js';
import type { SortField } from './sort.js';

/** Keys from `low` (inclusive) to `high` (exclusive). */
export interface KeyRange {
  readonly low: Buffer;
  readonly high: Buffer;
  /** Set where `low` is the one whole key of a unique index that can be meant. */
  readonly isPoint?: boolean;
}

export interface IndexRanges {
  readonly ranges: readonly KeyRange[];
  /** Fields at the front of the index that are fixed to points. */
  readonly pointFields: number;
  /** Whether those are one point, so that the order of the next fields is the order of the entries. */
  readonly singlePoint: boolean;
  readonly bounded: boolean;
}

/** Separate stretches of an index that one query reads. */
const MAX_RANGES = 1_000;

/** The stretches of an index that can hold what the bounds allow. */
export function indexRanges(index: Index, bounds: BoundsByField): IndexRanges {
  let prefixes: Buffer[] = [ownerPrefix(index.id)];
  let pointFields = 0;
  for (const field of index.fields) {
    const allowed = fieldBounds(index, field, pointFields, bounds);
    if (allowed === undefined) break;
    if (allowed.points === undefined || prefixes.length * allowed.points.length > MAX_RANGES) {
      const ranges = prefixes.flatMap((prefix) => between(prefix, allowed, field.descending));
      return { ranges, pointFields, singlePoint: prefixes.length === 1, bounded: true };
    }
    const points = allowed.points.map((point) => turned(point, field.descending));
    if (field.descending) points.reverse();
    prefixes = prefixes.flatMap((prefix) => points.map((point) => Buffer.concat([prefix, point])));
    pointFields += 1;
  }
  const isPoint = index.unique && pointFields === index.fields.length;
  return {
    ranges: prefixes.map((low) => ({ low, high: prefixEnd(low), isPoint })),
    pointFields,
    singlePoint: prefixes.length === 1,
    bounded: pointFields > 0,
  };
}

/**
 * A multikey index files a document under each element: conditions on several fields, or several conditions on one,
 * may hold for different elements, so only one condition on the first field narrows the search.
 */
function fieldBounds(index: Index, field: SortField, at: number, bounds: BoundsByField): FieldBounds | undefined {
  const all = bounds.get(field.name) ?? [];
  if (!index.multikey) return intersection(all);
  return at > 0 ? undefined : (all.find(({ points }) => points !== undefined) ?? all[0]);
}

function turned(bytes: Buffer, descending: boolean): Buffer {
  return descending ? Buffer.from(bytes.map((byte) => byte ^ 0xff)) : bytes;
}

function between(prefix: Buffer, bounds: FieldBounds, descending: boolean): KeyRange[] {
  if (bounds.points !== undefined) {
    const { points } = bounds;
    const first = points[0];
    const last = points.at(-1);
    if (first === undefined || last === undefined) return [];
    return between(prefix, { low: { bytes: first, after: false }, high: { bytes: last, after: true } }, descending);
  }
  const [from, to] = descending ? [bounds.high, bounds.low] : [bounds.low, bounds.high];
  const range = { low: keyAt(prefix, from, descending), high: keyAt(prefix, to, descending) };
  return range.low.compare(range.high) < 0 ? [range] : [];
}

/** Where an edge lies among the keys; in a descending field before and after change places. */
function keyAt(prefix: Buffer, { bytes, after }: Edge, descending: boolean): Buffer {
  const key = Buffer.concat([prefix, turned(bytes, descending)]);
  return after !== descending ? prefixEnd(key) : key;
}
