import { FieldNames, type Span, spansFor } from '../bson/raw.js';
import type { Index } from './collection.js';

/** The top-level fields that a collection's indexes depend on, and room to note where they stand in two documents. */
export interface IndexedFields {
  readonly names: FieldNames;
  /** For each index the places of its fields among `names`. */
  readonly ofIndex: readonly (readonly number[])[];
  readonly before: readonly Span[];
  readonly after: readonly Span[];
}

const known = new WeakMap<readonly Index[], IndexedFields>();

/** Worked out once for a list of indexes; the list is replaced whenever an index comes or goes. */
export function indexedFields(indexes: readonly Index[]): IndexedFields {
  const cached = known.get(indexes);
  if (cached !== undefined) return cached;
  const names = new FieldNames(indexes.flatMap(fieldsOf));
  const ofIndex = indexes.map((index) => [...new Set(fieldsOf(index))].map((name) => names.names.indexOf(name)));
  const fields = { names, ofIndex, before: spansFor(names.names.length), after: spansFor(names.names.length) };
  known.set(indexes, fields);
  return fields;
}

const fieldsOf = ({ fields, partial }: Index): string[] => [
  ...fields.map(({ path }) => path[0] ?? ''),
  ...(partial?.fields ?? []),
];
