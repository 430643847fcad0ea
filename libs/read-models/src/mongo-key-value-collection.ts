import type { Collection, Filter as MongoFilter } from 'mongodb';

import { OutcomeUnknown } from '#event-sourcing';
import type { IndexKeys } from '#kernel';

import type { KeyValueCollection, KeyValueEntry, ListQuery, VersionedValue } from './key-value-collection.js';
import { isDuplicateKey, reading, writing } from './mongo-errors.js';
import { toMongoFilter } from './mongo-filter.js';

/** Entries of one list. */
const maximumEntries = 1_000;
/** Insertions of an id that is deleted every time before it can be read. */
const maximumAttempts = 3;
/** Sorts after every id that begins with the prefix before it. */
const lastCharacter = '\u{10ffff}';

export interface StoredValue<T> {
  readonly _id: string;
  readonly version: number;
  readonly value: T;
}

/** {@link KeyValueCollection} over one collection. */
export class MongoKeyValueCollection<T> implements KeyValueCollection<T> {
  private prepared: Promise<unknown> | undefined;

  constructor(
    private readonly collection: Collection<StoredValue<T>>,
    private readonly indexes: readonly IndexKeys[] = [],
  ) {}

  async get(id: string): Promise<T | undefined> {
    return (await this.read(id))?.value;
  }

  async getMany(ids: readonly string[]): Promise<(T | undefined)[]> {
    if (ids.length > maximumEntries)
      throw new RangeError(`${maximumEntries} values are got at once, not ${ids.length}`);
    const filter = { _id: { $in: ids } } as MongoFilter<StoredValue<T>>;
    const stored = await reading(this.collection.find(filter).limit(maximumEntries).toArray());
    const found = new Map(stored.map(({ _id, value }) => [_id, value]));
    return ids.map((id) => found.get(id));
  }

  async read(id: string): Promise<VersionedValue<T> | undefined> {
    const stored = await reading(this.collection.findOne(byId(id)));
    return stored ? { value: stored.value, version: stored.version } : undefined;
  }

  /** Two insertions at once may collide in the database; the second try finds the first one's. */
  async put(id: string, value: T): Promise<void> {
    await this.prepare();
    const change = { $set: { value }, $inc: { version: 1 } } as object;
    const write = (): Promise<unknown> => writing(this.collection.updateOne(byId(id), change, { upsert: true }));
    await write().catch((error: unknown) => {
      if (isDuplicateKey(error)) return write();
      throw error;
    });
  }

  async insertIfAbsent(id: string, value: T): Promise<T> {
    for (let attempt = 1; attempt <= maximumAttempts; attempt += 1) {
      if (await this.insert(id, value)) return value;
      const stored = await this.get(id);
      if (stored !== undefined) return stored;
    }
    throw new OutcomeUnknown(`'${id}' was deleted each time it was there.`);
  }

  async compareAndSet(id: string, expectedVersion: number, value: T): Promise<boolean> {
    if (expectedVersion === 0) return this.insert(id, value);
    const filter = ofVersion<T>(id, expectedVersion);
    const change = { $set: { value, version: expectedVersion + 1 } } as object;
    const { matchedCount } = await writing(this.collection.updateOne(filter, change));
    return matchedCount === 1;
  }

  async delete(id: string, expectedVersion?: number): Promise<boolean> {
    const filter = expectedVersion === undefined ? byId<T>(id) : ofVersion<T>(id, expectedVersion);
    const { deletedCount } = await writing(this.collection.deleteOne(filter));
    return deletedCount === 1;
  }

  async list({ prefix = '', where = {}, limit, after }: ListQuery): Promise<KeyValueEntry<T>[]> {
    if (!Number.isInteger(limit) || limit < 1 || limit > maximumEntries)
      throw new RangeError(`a list has 1 to ${maximumEntries} entries, not ${limit}`);
    const range = {
      $gte: prefix,
      ...(prefix === '' ? {} : { $lt: prefix + lastCharacter }),
      ...(after === undefined ? {} : { $gt: after }),
    };
    const filter = { ...toMongoFilter(where, 'value.'), _id: range } as MongoFilter<StoredValue<T>>;
    const stored = await reading(this.collection.find(filter).sort({ _id: 1 }).limit(limit).toArray());
    return stored.map(({ _id, value, version }) => ({ id: _id, value: value, version }));
  }

  /** Whether it was inserted: not, when the id is there already. */
  private async insert(id: string, value: T): Promise<boolean> {
    await this.prepare();
    try {
      const stored = { _id: id, version: 1, value } as Parameters<typeof this.collection.insertOne>[0];
      await writing(this.collection.insertOne(stored));
      return true;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      return false;
    }
  }

  private async prepare(): Promise<void> {
    if (this.indexes.length === 0) return;
    this.prepared ??= this.createIndexes();
    await this.prepared;
  }

  private async createIndexes(): Promise<void> {
    const keys = this.indexes.map((index) => ({
      key: Object.fromEntries(Object.entries(index).map(([field, order]) => [`value.${field}`, order])),
    }));
    try {
      await writing(this.collection.createIndexes(keys));
    } catch (error) {
      this.prepared = undefined;
      throw error;
    }
  }
}

const byId = <T>(id: string): MongoFilter<StoredValue<T>> => ({ _id: id });
const ofVersion = <T>(id: string, version: number) => ({ _id: id, version }) as MongoFilter<StoredValue<T>>;
