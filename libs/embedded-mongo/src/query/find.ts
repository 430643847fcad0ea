import { encodeDocument } from '../bson/encode.js';
import type { Store } from '../storage/store.js';
import type { Plan } from './planner.js';
import type { Projection } from './projection.js';
import type { Found } from './found.js';
import { Scan } from './scan.js';
import type { SortField } from './sort.js';
import { sorted } from './sorting.js';
import type { Source } from './source.js';
import { Mapped, type Pace, ScanSource, Window } from './source.js';

export interface FindOptions {
  readonly sort: readonly SortField[];
  readonly skip: number;
  /** Infinity for all. */
  readonly limit: number;
  readonly pace: Pace;
}

/** The documents of a plan in the order asked for, from `skip` on. */
export function findDocuments(store: Store, plan: Plan, { sort, skip, limit, pace }: FindOptions): Source<Found> {
  const scanned = new ScanSource(new Scan(store.environment, store.documents, plan), pace);
  const ordered = plan.sorted ? scanned : inMemoryOrder(store, plan, scanned, sort, skip + limit);
  return new Window(ordered, skip, limit);
}

/** Sorts by keys and record numbers alone; the documents are read again when they are wanted. */
function inMemoryOrder(
  store: Store,
  plan: Plan,
  source: Source<Found>,
  fields: readonly SortField[],
  limit: number,
): Source<Found> {
  const recordIds = sorted(source, {
    fields,
    limit,
    documentOf: ({ document }: Found) => document,
    keep: ({ recordId }: Found) => recordId,
    sizeOf: () => 8,
  });
  const scan = new Scan(store.environment, store.documents, plan);
  return new Mapped(recordIds, (recordId) => scan.reread(recordId));
}

/** A found document as bytes for an answer. */
export function projected(source: Source<Found>, projection: Projection | undefined): Source<Buffer> {
  if (projection === undefined) return new Mapped(source, ({ bytes }) => bytes);
  return new Mapped(source, ({ document }) => encodeDocument(projection(document)));
}
