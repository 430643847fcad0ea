import type { BsonDocument } from '../bson/values.js';
import type { Matcher } from '../query/matcher.js';
import type { SortField } from '../query/sort.js';

export interface Namespace {
  readonly database: string;
  readonly name: string;
}

export const fullName = ({ database, name }: Namespace): string => `${database}.${name}`;

/** The filter of a partial index with the top-level fields that it looks at. */
export interface PartialFilter {
  readonly filter: BsonDocument;
  readonly matches: Matcher;
  readonly fields: readonly string[];
}

/** An index as it is kept in memory; `specification` is what listIndexes answers. */
export interface Index {
  readonly id: number;
  readonly name: string;
  readonly specification: BsonDocument;
  readonly fields: readonly SortField[];
  readonly unique: boolean;
  /** Leaves out documents that have none of the fields. */
  readonly sparse: boolean;
  /** Leaves out documents that do not match. */
  readonly partial: PartialFilter | undefined;
  /** False while it is being built: kept up to date by writes, not used by queries. */
  ready: boolean;
  /** Whether any indexed field ever held an array, so that one document has several entries. */
  multikey: boolean;
}

/** A collection as it is kept in memory; the catalog stores all but the counts, which have records of their own. */
export interface Collection {
  readonly id: number;
  namespace: Namespace;
  readonly uuid: Buffer;
  readonly options: BsonDocument;
  indexes: Index[];
  nextRecordId: number;
  documents: number;
  bytes: number;
  /** Set when it is dropped, so that open cursors notice. */
  dropped: boolean;
}

export const ID_INDEX_NAME = '_id_';

/** The index on _id, which every collection has. */
export function idIndexOf(collection: Collection): Index {
  const index = collection.indexes.find(({ name }) => name === ID_INDEX_NAME);
  if (index === undefined) throw new Error(`${fullName(collection.namespace)} has no _id index`);
  return index;
}
