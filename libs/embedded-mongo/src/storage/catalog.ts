import { randomBytes } from 'node:crypto';
import { decodeDocument } from '../bson/decode.js';
import { encodeDocument } from '../bson/encode.js';
import type { BsonDocument, BsonValue } from '../bson/values.js';
import { Binary, documentOf, int32 } from '../bson/values.js';
import { refuse } from '../errors.js';
import { flagOf, numberOf } from '../query/arguments.js';
import { filteredFields } from '../query/filtered-fields.js';
import { compileFilter } from '../query/matcher.js';
import { parseSort } from '../query/sort.js';
import type { Collection, Index, Namespace, PartialFilter } from './collection.js';
import { fullName, ID_INDEX_NAME } from './collection.js';
import type { CatalogChanges } from './documents.js';
import type { Environment, Table } from './environment.js';
import { ownerPrefix, readRecordId, recordKey } from './keys.js';
import { openRecord, RECORD_HEADER_BYTES, sealRecord } from './record.js';

const MAX_COLLECTIONS = 10_000;
const MAX_INDEXES_PER_COLLECTION = 64;
const UUID_SUBTYPE = 4;
const IDS_KEY = Buffer.from('ids');
const COLLECTION_PREFIX = 'collection:';
const GARBAGE_PREFIX = 'garbage:';

/** What is left of something dropped: all keys in a table that begin with a number. */
export interface Garbage {
  readonly table: 'records' | 'entries';
  readonly id: number;
}

/** Which collections and indexes there are. In memory for reading; changed only inside write transactions. */
export class Catalog implements CatalogChanges {
  private readonly collections = new Map<string, Collection>();
  private readonly counted = new Set<Collection>();
  private nextId = 1;

  constructor(private readonly environment: Environment) {
    this.load();
  }

  find({ database, name }: Namespace): Collection | undefined {
    return this.collections.get(`${database}.${name}`);
  }

  all(): Collection[] {
    return [...this.collections.values()];
  }

  inDatabase(database: string): Collection[] {
    return this.all().filter(({ namespace }) => namespace.database === database);
  }

  /** Creates a collection with its _id index; inside a write transaction. */
  create(namespace: Namespace, options: BsonDocument = new Map()): Collection {
    if (this.collections.size >= MAX_COLLECTIONS) refuse('CannotCreateIndex', `at most ${MAX_COLLECTIONS} collections`);
    const collection: Collection = {
      id: this.takeId(),
      namespace,
      uuid: newUuid(),
      options,
      indexes: [],
      nextRecordId: 1,
      documents: 0,
      bytes: 0,
      dropped: false,
    };
    this.collections.set(fullName(namespace), collection);
    const specification = documentOf({ v: int32(2), key: documentOf({ _id: int32(1) }), name: ID_INDEX_NAME });
    this.addIndex(collection, specification, true).ready = true;
    this.saveCollection(collection);
    return collection;
  }

  drop(collection: Collection): void {
    this.forget(collection);
    collection.dropped = true;
    this.addGarbage({ table: 'records', id: collection.id });
    for (const index of collection.indexes) this.addGarbage({ table: 'entries', id: index.id });
    void this.environment.counters.remove(ownerPrefix(collection.id));
    this.counted.delete(collection);
  }

  rename(collection: Collection, namespace: Namespace): void {
    this.forget(collection);
    collection.namespace = namespace;
    this.collections.set(fullName(namespace), collection);
    this.saveCollection(collection);
  }

  /** Adds an index that is not ready yet. */
  addIndex(collection: Collection, specification: BsonDocument, unique: boolean): Index {
    if (collection.indexes.length >= MAX_INDEXES_PER_COLLECTION) {
      refuse('CannotCreateIndex', `add index fails, too many indexes for ${fullName(collection.namespace)}`);
    }
    const index = indexFrom(this.takeId(), specification, unique);
    collection.indexes = [...collection.indexes, index];
    this.saveCollection(collection);
    return index;
  }

  markReady(collection: Collection, index: Index): void {
    index.ready = true;
    this.saveCollection(collection);
  }

  dropIndex(collection: Collection, index: Index): void {
    collection.indexes = collection.indexes.filter((other) => other !== index);
    this.saveCollection(collection);
    this.addGarbage({ table: 'entries', id: index.id });
  }

  countsChanged(collection: Collection): void {
    this.counted.add(collection);
  }

  becameMultikey(collection: Collection): void {
    this.saveCollection(collection);
  }

  /** Stores the counts that changed; the last act of every write transaction. */
  saveCounts(): void {
    for (const { id, documents, bytes } of this.counted) {
      const counts = documentOf({ documents: BigInt(documents), bytes: BigInt(bytes) });
      save(this.environment.counters, ownerPrefix(id), counts);
    }
    this.counted.clear();
  }

  /** What was dropped and not yet cleared away. */
  garbage(): Garbage[] {
    return this.names(GARBAGE_PREFIX).map((name) => {
      const [table, id] = name.split('/');
      return { table: table === 'records' ? 'records' : 'entries', id: Number(id) };
    });
  }

  forgetGarbage({ table, id }: Garbage): void {
    void this.environment.catalog.remove(Buffer.from(`${GARBAGE_PREFIX}${table}/${id}`));
  }

  /** Drops indexes whose building a crash cut short; nobody was told that they exist. */
  dropUnfinishedIndexes(): void {
    for (const collection of this.all()) {
      for (const index of collection.indexes.filter(({ ready }) => !ready)) this.dropIndex(collection, index);
    }
  }

  private addGarbage({ table, id }: Garbage): void {
    save(this.environment.catalog, Buffer.from(`${GARBAGE_PREFIX}${table}/${id}`), documentOf());
  }

  private takeId(): number {
    const id = this.nextId;
    this.nextId += 1;
    save(this.environment.catalog, IDS_KEY, documentOf({ next: BigInt(this.nextId) }));
    return id;
  }

  private forget(collection: Collection): void {
    const name = fullName(collection.namespace);
    this.collections.delete(name);
    void this.environment.catalog.remove(Buffer.from(COLLECTION_PREFIX + name));
  }

  private saveCollection(collection: Collection): void {
    const { id, namespace, uuid, options, indexes } = collection;
    if (this.find(namespace) !== collection) return;
    const document = documentOf({
      id: BigInt(id),
      database: namespace.database,
      name: namespace.name,
      uuid: new Binary(UUID_SUBTYPE, uuid),
      options,
      indexes: indexes.map((index) =>
        documentOf({
          id: BigInt(index.id),
          specification: index.specification,
          unique: index.unique,
          ready: index.ready,
          multikey: index.multikey,
        }),
      ),
    });
    save(this.environment.catalog, Buffer.from(COLLECTION_PREFIX + fullName(namespace)), document);
  }

  /** Goes back to what is stored. Collections and indexes that are known stay the same objects, because cursors hold them. */
  reload(): void {
    const known = new Map(this.all().map((collection) => [collection.id, collection]));
    this.collections.clear();
    this.counted.clear();
    this.load();
    for (const [name, stored] of this.collections) {
      const collection = known.get(stored.id);
      if (collection === undefined) continue;
      known.delete(stored.id);
      const { namespace, nextRecordId, documents, bytes } = stored;
      const indexes = stored.indexes.map((index) => sameIndexObject(collection.indexes, index));
      Object.assign(collection, { namespace, nextRecordId, documents, bytes, indexes });
      this.collections.set(name, collection);
    }
    for (const gone of known.values()) gone.dropped = true;
  }

  private names(prefix: string): string[] {
    const start = Buffer.from(prefix);
    const end = Buffer.from(`${prefix.slice(0, -1)};`);
    return [...this.environment.catalog.getKeys({ start, end })].map((key) => key.toString().slice(prefix.length));
  }

  private load(): void {
    this.nextId = numberOf(read(this.environment.catalog, IDS_KEY)?.get('next')) ?? 1;
    for (const name of this.names(COLLECTION_PREFIX)) {
      const stored = read(this.environment.catalog, Buffer.from(COLLECTION_PREFIX + name));
      if (stored !== undefined) this.collections.set(name, this.collectionFrom(stored));
    }
  }

  private collectionFrom(stored: BsonDocument): Collection {
    const id = numberOf(stored.get('id')) ?? 0;
    const counts = read(this.environment.counters, ownerPrefix(id));
    const uuid = stored.get('uuid');
    return {
      id,
      namespace: { database: textOf(stored.get('database')), name: textOf(stored.get('name')) },
      uuid: uuid instanceof Binary ? Buffer.from(uuid.bytes) : newUuid(),
      options: asDocument(stored.get('options')),
      indexes: asArray(stored.get('indexes')).map((entry) => storedIndex(asDocument(entry))),
      nextRecordId: this.lastRecordId(id) + 1,
      documents: numberOf(counts?.get('documents')) ?? 0,
      bytes: numberOf(counts?.get('bytes')) ?? 0,
      dropped: false,
    };
  }

  private lastRecordId(collectionId: number): number {
    const start = recordKey(collectionId + 1, 0);
    const end = recordKey(collectionId, 0);
    const [last] = [...this.environment.records.getKeys({ start, end, reverse: true, limit: 1 })];
    return last === undefined ? 0 : readRecordId(last, 4);
  }
}

function newUuid(): Buffer {
  const bytes = randomBytes(16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes;
}

function indexFrom(id: number, specification: BsonDocument, unique: boolean): Index {
  return {
    id,
    name: textOf(specification.get('name')),
    specification,
    fields: parseSort(asDocument(specification.get('key'))),
    unique,
    sparse: flagOf(specification.get('sparse')),
    partial: partialFilter(specification.get('partialFilterExpression')),
    ready: false,
    multikey: false,
  };
}

function partialFilter(filter: BsonValue | undefined): PartialFilter | undefined {
  if (!(filter instanceof Map)) return undefined;
  return { filter, matches: compileFilter(filter), fields: [...(filteredFields(filter) ?? [])] };
}

function storedIndex(entry: BsonDocument): Index {
  const specification = asDocument(entry.get('specification'));
  const index = indexFrom(numberOf(entry.get('id')) ?? 0, specification, flagOf(entry.get('unique')));
  return { ...index, ready: flagOf(entry.get('ready')), multikey: flagOf(entry.get('multikey')) };
}

function sameIndexObject(known: readonly Index[], stored: Index): Index {
  const index = known.find(({ id }) => id === stored.id);
  return index === undefined ? stored : Object.assign(index, { ready: stored.ready, multikey: stored.multikey });
}

const asDocument = (value: BsonValue | undefined): BsonDocument => (value instanceof Map ? value : documentOf());
const textOf = (value: BsonValue | undefined): string => (typeof value === 'string' ? value : '');
const asArray = (value: BsonValue | undefined): BsonValue[] => (Array.isArray(value) ? value : []);

function save(table: Table, key: Buffer, document: BsonDocument): void {
  void table.put(key, sealRecord(key, encodeDocument(document, RECORD_HEADER_BYTES)));
}

function read(table: Table, key: Buffer): BsonDocument | undefined {
  const record = table.get(key);
  if (record === undefined) return undefined;
  return decodeDocument(openRecord(key, record, () => `the catalog entry '${key.toString('latin1')}'`));
}
