import type { Collection, Db, IndexDescription } from 'mongodb';

import type { IndexKeys } from '#kernel';

import {
  type DocumentChange,
  type DocumentState,
  fromStored,
  type StoredDocument,
  toStored,
} from './document-state.js';
import { type Replacement, WriteCommands } from './mongo-write-commands.js';
import type { DocumentStore } from './projection-stores.js';

/** {@link DocumentStore} over one collection. */
export class MongoDocumentStore implements DocumentStore {
  private readonly collection: Collection<StoredDocument>;
  private readonly commands: WriteCommands;

  constructor(
    database: Db,
    name: string,
    private readonly indexes: readonly IndexKeys[],
  ) {
    this.collection = database.collection(name);
    this.commands = new WriteCommands(database, name);
  }

  /** Every list is newest first, so every index ends with the creation. */
  async prepare(): Promise<void> {
    const keys = this.indexes.map((index): IndexDescription => ({ key: { ...index, _created: -1 } }));
    if (keys.length > 0) await this.collection.createIndexes(keys);
  }

  async load(ids: readonly string[]): Promise<Map<string, DocumentState>> {
    const stored = await this.collection.find({ _id: { $in: ids } }).toArray();
    return new Map(stored.map((document) => [document._id, fromStored(document)]));
  }

  async write(changes: readonly DocumentChange[]): Promise<readonly string[]> {
    const documents: StoredDocument[] = [];
    const replacements: Replacement[] = [];
    for (const { after, expected } of changes) {
      if (expected === undefined) documents.push(toStored(after));
      else replacements.push({ expected, document: toStored(after) });
    }
    const written = (await this.commands.insert(documents)) + (await this.commands.replace(replacements));
    return written === changes.length ? [] : this.conflicting(changes);
  }

  /** The answers do not say which replacement found nothing: the documents themselves do. */
  private async conflicting(changes: readonly DocumentChange[]): Promise<string[]> {
    const ids = changes.map(({ after }) => after.id);
    const found = await this.collection.find({ _id: { $in: ids } }, { projection: { _position: 1 } }).toArray();
    const positions = new Map(found.map(({ _id, _position }) => [_id, _position]));
    return changes.filter(({ after }) => positions.get(after.id) !== after.position).map(({ after }) => after.id);
  }
}
