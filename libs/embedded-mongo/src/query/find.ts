import { encodeDocument } from '../bson/encode.js';
import { RECORD_ID_BYTES, readRecordId, recordIdBytes } from '../storage/keys.js';
import type { Scratch } from '../storage/scratch.js';
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
  /** Where a large sort may be written; undefined where it must not. */
  readonly scratch?: Scratch | undefined;
}

/** The documents of a plan in the order asked for, from `skip` on. */
export function findDocuments(store: Store, plan: Plan, options: FindOptions): Source<Found> {
  const { skip, limit, pace } = options;
  const scanned = new ScanSource(new Scan(store.environment, store.documents, plan), pace);
  const ordered = plan.sorted ? scanned : orderOf(store, plan, scanned, options);
  return new Window(ordered, skip, limit);
}

/** Sorts by keys and record numbers alone; the documents are read again when they are wanted. */
function orderOf(store: Store, plan: Plan, source: Source<Found>, options: FindOptions): Source<Found> {
  const { sort, skip, limit, pace, scratch } = options;
  const recordIds = sorted(source, {
    fields: sort,
    limit: skip + limit,
    pace,
    scratch,
    documentOf: ({ document }: Found) => document,
    keep: ({ recordId }: Found) => recordId,
    sizeOf: () => RECORD_ID_BYTES,
    form: { encode: recordIdBytes, decode: (bytes) => readRecordId(bytes) },
  });
  const scan = new Scan(store.environment, store.documents, plan);
  return new Mapped(recordIds, (recordId) => scan.reread(recordId));
}

/** A found document as bytes for an answer. */
export function projected(source: Source<Found>, projection: Projection | undefined): Source<Buffer> {
  if (projection === undefined) return new Mapped(source, ({ bytes }) => bytes);
  return new Mapped(source, ({ document }) => encodeDocument(projection(document)));
}
