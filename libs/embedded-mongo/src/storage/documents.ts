import type { BsonDocument } from '../bson/values.js';
import { decodeFields, decodeSpans, locateFields, sameSpan } from '../bson/raw.js';
import { CommandError, refuse } from '../errors.js';
import type { Collection, Index } from './collection.js';
import { fullName } from './collection.js';
import { describeDamagedId, describeValue } from './describe.js';
import type { Environment } from './environment.js';
import { indexedFields } from './indexed-fields.js';
import type { IndexKeys } from './index-keys.js';
import { indexKeys, noKeys } from './index-keys.js';
import { readRecordId, recordIdBytes, recordKey } from './keys.js';
import { openRecord, RecordScratch } from './record.js';
import { StorageFailure } from './write-queue.js';

export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

/** What the writes of a transaction must tell the catalog, to be stored in the same transaction. */
export interface CatalogChanges {
  countsChanged(collection: Collection): void;
  becameMultikey(collection: Collection): void;
}

interface IndexChange {
  readonly index: Index;
  readonly added: readonly Buffer[];
  readonly removed: readonly Buffer[];
  readonly multikey: boolean;
}

/** Documents, as BSON, with their index entries. Every write is worked out and checked before its first byte is stored. */
export class Documents {
  private readonly scratch = new RecordScratch();

  constructor(
    private readonly environment: Environment,
    private readonly catalog: CatalogChanges,
  ) {}

  /** A stored document's BSON, or undefined; refuses damage by collection and _id. */
  read(collection: Collection, recordId: number): Buffer | undefined {
    const key = recordKey(collection.id, recordId);
    const record = this.environment.records.getBinaryFast(key);
    return record === undefined ? undefined : this.open(collection, key, record);
  }

  /** Checks a record that a scan came upon. */
  open(collection: Collection, key: Buffer, record: Buffer): Buffer {
    return openRecord(key, record, (content) => {
      return `collection ${fullName(collection.namespace)}, _id ${describeDamagedId(content)}`;
    });
  }

  /** The record under a full key of a unique index. */
  recordOf(key: Buffer): number | undefined {
    const entry = this.environment.entries.getBinaryFast(key);
    return entry === undefined ? undefined : readRecordId(entry);
  }

  /** Stores a new document whose _id comes first. */
  insert(collection: Collection, document: Buffer): void {
    refuseOversize(document);
    const recordId = collection.nextRecordId;
    const { indexes } = collection;
    const fields = decodeFields(document, indexedFields(indexes).names);
    const changes = indexes.map((index) => this.change(collection, index, noKeys, fields, recordId));
    this.apply(collection, () => {
      this.putRecord(collection, recordId, document);
      this.putEntries(collection, changes, recordId);
    });
    collection.nextRecordId += 1;
    collection.documents += 1;
    collection.bytes += document.length;
  }

  /** Replaces a stored document; answers false, and writes nothing, where the bytes stay the same. */
  replace(collection: Collection, recordId: number, before: Buffer, after: Buffer): boolean {
    if (after.equals(before)) return false;
    refuseOversize(after);
    const changes = this.changesBetween(collection, recordId, before, after);
    this.apply(collection, () => {
      this.putRecord(collection, recordId, after);
      if (changes.length > 0) this.putEntries(collection, changes, recordId);
    });
    collection.bytes += after.length - before.length;
    return true;
  }

  remove(collection: Collection, recordId: number, stored: Buffer): void {
    const { indexes } = collection;
    const fields = decodeFields(stored, indexedFields(indexes).names);
    const changes = indexes.map((index) => {
      return { index, added: [], removed: indexKeys(index, fields, recordId).keys, multikey: false };
    });
    this.apply(collection, () => {
      void this.environment.records.remove(recordKey(collection.id, recordId));
      this.putEntries(collection, changes, recordId);
    });
    collection.documents -= 1;
    collection.bytes -= stored.length;
  }

  /** Files a stored document under an index that is being built. */
  file(collection: Collection, index: Index, recordId: number, document: BsonDocument): void {
    const change = this.change(collection, index, noKeys, document, recordId);
    this.apply(collection, () => this.putEntries(collection, [change], recordId));
  }

  /** Only indexes whose fields have other bytes than before are worked on. */
  private changesBetween(collection: Collection, recordId: number, before: Buffer, after: Buffer): IndexChange[] {
    const { indexes } = collection;
    const fields = indexedFields(indexes);
    locateFields(before, fields.names, fields.before);
    locateFields(after, fields.names, fields.after);
    const same = fields.before.map((span, at) => {
      const other = fields.after[at];
      return other !== undefined && sameSpan(before, span, after, other);
    });
    if (!same.includes(false)) return [];
    const old = decodeSpans(before, fields.names, fields.before);
    const fresh = decodeSpans(after, fields.names, fields.after);
    const changed = indexes.filter((_, at) => fields.ofIndex[at]?.some((field) => same[field] === false));
    return changed.map((index) => {
      return this.change(collection, index, indexKeys(index, old, recordId), fresh, recordId);
    });
  }

  private change(
    collection: Collection,
    index: Index,
    old: IndexKeys,
    document: BsonDocument,
    recordId: number,
  ): IndexChange {
    const fresh = indexKeys(index, document, recordId);
    const added = without(fresh.keys, old.keys);
    if (index.unique) this.refuseDuplicates(collection, index, document, added, recordId);
    return { index, added, removed: without(old.keys, fresh.keys), multikey: fresh.multikey };
  }

  private refuseDuplicates(
    collection: Collection,
    index: Index,
    document: BsonDocument,
    keys: readonly Buffer[],
    recordId: number,
  ): void {
    for (const key of keys) {
      const holder = this.recordOf(key);
      if (holder !== undefined && holder !== recordId) throw duplicateKey(collection, index, document);
    }
  }

  private apply(collection: Collection, write: () => void): void {
    this.catalog.countsChanged(collection);
    try {
      write();
    } catch (error) {
      throw new StorageFailure(error);
    }
  }

  private putRecord(collection: Collection, recordId: number, document: Buffer): void {
    const key = recordKey(collection.id, recordId);
    void this.environment.records.put(key, this.scratch.sealed(key, document));
  }

  private putEntries(collection: Collection, changes: readonly IndexChange[], recordId: number): void {
    const { entries } = this.environment;
    const value = recordIdBytes(recordId);
    for (const { index, added, removed, multikey } of changes) {
      for (const key of removed) void entries.remove(key);
      for (const key of added) void entries.put(key, value);
      if (multikey && !index.multikey) {
        index.multikey = true;
        this.catalog.becameMultikey(collection);
      }
    }
  }
}

function without(keys: readonly Buffer[], others: readonly Buffer[]): readonly Buffer[] {
  if (others.length === 0 || keys.length === 0) return keys;
  return keys.filter((key) => !others.some((other) => other.equals(key)));
}

function refuseOversize({ length }: Buffer): void {
  if (length <= MAX_DOCUMENT_BYTES) return;
  refuse('BSONObjectTooLarge', `BSONObj size: ${length} is invalid. Size must be between 0 and ${MAX_DOCUMENT_BYTES}`);
}

function duplicateKey(collection: Collection, index: Index, document: BsonDocument): CommandError {
  const names = index.fields.map(({ name }) => name);
  const keyValue: BsonDocument = new Map(names.map((name) => [name, valueAt(document, name)]));
  const keyPattern: BsonDocument = new Map(index.specification.get('key') as BsonDocument);
  return new CommandError(
    'DuplicateKey',
    `E11000 duplicate key error collection: ${fullName(collection.namespace)} index: ${index.name} ` +
      `dup key: ${describeValue(keyValue)}`,
    { keyPattern, keyValue },
  );
}

function valueAt(document: BsonDocument, name: string) {
  let value: ReturnType<BsonDocument['get']> = document;
  for (const component of name.split('.')) value = value instanceof Map ? value.get(component) : undefined;
  return value ?? null;
}
