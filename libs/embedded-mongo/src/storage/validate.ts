import { decodeDocument } from '../bson/decode.js';
import { CommandError } from '../errors.js';
import type { Collection, Index } from './collection.js';
import { indexKeys } from './index-keys.js';
import { ownerPrefix, readRecordId, recordKey } from './keys.js';
import type { Store } from './store.js';

export interface Validation {
  readonly records: number;
  readonly entriesByIndex: ReadonlyMap<string, number>;
  /** What is wrong, in words; empty where every record is whole and every index agrees with its collection. */
  readonly errors: readonly string[];
}

/** Errors that one answer names. */
const MAX_ERRORS = 100;

const keysOf = (id: number) => ({ start: ownerPrefix(id), end: ownerPrefix(id + 1) });

/**
 * Reads every record and every index entry of a collection and compares them. It must run in one piece inside a write
 * transaction, so that nothing changes under it: like MongoDB's own, it holds up everybody else meanwhile.
 */
export function validateCollection(store: Store, collection: Collection): Validation {
  const errors: string[] = [];
  const expected = new Map<string, number>(collection.indexes.map(({ name }) => [name, 0]));
  let records = 0;
  for (const { key, value } of store.environment.records.getRange(keysOf(collection.id))) {
    records += 1;
    note(errors, () => checkRecord(store, collection, key, value, expected));
  }
  if (records !== collection.documents) errors.push(`${records} records where ${collection.documents} are counted`);
  const entriesByIndex = new Map<string, number>();
  for (const index of collection.indexes) {
    let entries = 0;
    for (const { value } of store.environment.entries.getRange(keysOf(index.id))) {
      entries += 1;
      note(errors, () => checkEntry(store, collection, index, value));
    }
    entriesByIndex.set(index.name, entries);
    const wanted = expected.get(index.name) ?? 0;
    if (entries !== wanted)
      errors.push(`index ${index.name} has ${entries} entries where its documents ask for ${wanted}`);
  }
  return { records, entriesByIndex, errors: errors.slice(0, MAX_ERRORS) };
}

function checkRecord(
  store: Store,
  collection: Collection,
  key: Buffer,
  record: Buffer,
  expected: Map<string, number>,
): void {
  const recordId = readRecordId(key, 4);
  const document = decodeDocument(store.documents.open(collection, key, record));
  for (const index of collection.indexes) {
    for (const indexKey of indexKeys(index, document, recordId).keys) {
      const entry = store.environment.entries.get(indexKey);
      expected.set(index.name, (expected.get(index.name) ?? 0) + 1);
      if (entry === undefined || readRecordId(entry) !== recordId) {
        throw new CommandError('DataCorruptionDetected', `index ${index.name} lacks an entry for record ${recordId}`);
      }
    }
  }
}

function checkEntry(store: Store, collection: Collection, index: Index, entry: Buffer): void {
  const recordId = readRecordId(entry);
  if (store.environment.records.get(recordKey(collection.id, recordId)) === undefined) {
    throw new CommandError(
      'DataCorruptionDetected',
      `index ${index.name} points to record ${recordId}, which is missing`,
    );
  }
}

function note(errors: string[], check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    if (errors.length < MAX_ERRORS) errors.push(error.message);
  }
}
