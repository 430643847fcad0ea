import { decodeDocument } from '../bson/decode.js';
import { encodeDocument } from '../bson/encode.js';
import type { BsonDocument } from '../bson/values.js';
import { CommandError, refuse } from '../errors.js';
import type { Collection, Index } from './collection.js';
import { fullName } from './collection.js';
import { describeDamagedId, describeValue } from './describe.js';
import type { Environment } from './environment.js';
import type { IndexKeys } from './index-keys.js';
import { indexKeys } from './index-keys.js';
import { ownerPrefix, readRecordId, recordIdBytes, recordKey } from './keys.js';
import { openRecord, RECORD_HEADER_BYTES, sealRecord } from './record.js';
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

/** Documents with their index entries. Every write is worked out and checked in full before its first byte is stored. */
export class Documents {
  constructor(
    private readonly environment: Environment,
    private readonly catalog: CatalogChanges,
  ) {}

  /** A stored document's BSON, or undefined; refuses damage by collection and _id. */
  read(collection: Collection, recordId: number): Buffer | undefined {
    const key = recordKey(collection.id, recordId);
    const record = this.environment.records.get(key);
    return record === undefined ? undefined : this.open(collection, key, record);
  }

  /** Checks a record that a scan came upon. */
  open(collection: Collection, key: Buffer, record: Buffer): Buffer {
    return openRecord(key, record, (content) => {
      return `collection ${fullName(collection.namespace)}, _id ${describeDamagedId(content)}`;
    });
  }

  /** The record under a full key of a unique index. */
  recordOf(index: Index, key: Buffer): number | undefined {
    const entry = this.environment.entries.get(Buffer.concat([ownerPrefix(index.id), key]));
    return entry === undefined ? undefined : readRecordId(entry);
  }

  /** Stores a new document whose _id comes first. */
  insert(collection: Collection, document: BsonDocument): void {
    const recordId = collection.nextRecordId;
    const record = sizedRecord(document);
    const changes = collection.indexes.map((index) => this.change(collection, index, undefined, document, recordId));
    this.apply(collection, () => {
      this.putRecord(collection, recordId, record);
      this.putEntries(collection, changes, recordId);
    });
    collection.nextRecordId += 1;
    collection.documents += 1;
    collection.bytes += record.length - RECORD_HEADER_BYTES;
  }

  /** Replaces a stored document; answers false, and writes nothing, where the bytes stay the same. */
  replace(
    collection: Collection,
    recordId: number,
    stored: Buffer,
    before: BsonDocument,
    after: BsonDocument,
  ): boolean {
    const record = sizedRecord(after);
    if (record.subarray(RECORD_HEADER_BYTES).equals(stored)) return false;
    const changes = collection.indexes.map((index) => this.change(collection, index, before, after, recordId));
    const growth = record.length - RECORD_HEADER_BYTES - stored.length;
    this.apply(collection, () => {
      this.putRecord(collection, recordId, record);
      this.putEntries(collection, changes, recordId);
    });
    collection.bytes += growth;
    return true;
  }

  remove(collection: Collection, recordId: number, stored: Buffer): void {
    const before = decodeDocument(stored);
    const changes = collection.indexes.map((index) => this.change(collection, index, before, undefined, recordId));
    this.apply(collection, () => {
      void this.environment.records.remove(recordKey(collection.id, recordId));
      this.putEntries(collection, changes, recordId);
    });
    collection.documents -= 1;
    collection.bytes -= stored.length;
  }

  /** Files a stored document under an index that is being built. */
  file(collection: Collection, index: Index, recordId: number, document: BsonDocument): void {
    const change = this.change(collection, index, undefined, document, recordId);
    this.apply(collection, () => this.putEntries(collection, [change], recordId));
  }

  /** The bytes under which an entry of an index is stored. */
  entryKey(index: Index, key: Buffer, recordId: number): Buffer {
    const parts = [ownerPrefix(index.id), key];
    return Buffer.concat(index.unique ? parts : [...parts, recordIdBytes(recordId)]);
  }

  private change(
    collection: Collection,
    index: Index,
    before: BsonDocument | undefined,
    after: BsonDocument | undefined,
    recordId: number,
  ): IndexChange {
    const old: IndexKeys = before === undefined ? { keys: [], multikey: false } : indexKeys(index, before);
    const fresh: IndexKeys = after === undefined ? { keys: [], multikey: false } : indexKeys(index, after);
    const added = fresh.keys.filter((key) => !old.keys.some((other) => other.equals(key)));
    const removed = old.keys.filter((key) => !fresh.keys.some((other) => other.equals(key)));
    if (index.unique && after !== undefined) this.refuseDuplicates(collection, index, after, added, recordId);
    return { index, added, removed, multikey: fresh.multikey };
  }

  private refuseDuplicates(
    collection: Collection,
    index: Index,
    document: BsonDocument,
    keys: readonly Buffer[],
    recordId: number,
  ): void {
    for (const key of keys) {
      const holder = this.recordOf(index, key);
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

  private putRecord(collection: Collection, recordId: number, record: Buffer): void {
    const key = recordKey(collection.id, recordId);
    void this.environment.records.put(key, sealRecord(key, record));
  }

  private putEntries(collection: Collection, changes: readonly IndexChange[], recordId: number): void {
    const { entries } = this.environment;
    for (const { index, added, removed, multikey } of changes) {
      for (const key of removed) void entries.remove(this.entryKey(index, key, recordId));
      for (const key of added) void entries.put(this.entryKey(index, key, recordId), recordIdBytes(recordId));
      if (multikey && !index.multikey) {
        index.multikey = true;
        this.catalog.becameMultikey(collection);
      }
    }
  }
}

function sizedRecord(document: BsonDocument): Buffer {
  const record = encodeDocument(document, RECORD_HEADER_BYTES);
  const size = record.length - RECORD_HEADER_BYTES;
  if (size > MAX_DOCUMENT_BYTES) {
    refuse('BSONObjectTooLarge', `BSONObj size: ${size} is invalid. Size must be between 0 and ${MAX_DOCUMENT_BYTES}`);
  }
  return record;
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
