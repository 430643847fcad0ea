import type { Collection } from 'mongodb';

import { isDuplicateKey } from './mongo-errors.js';

/** Format of the collections that this program writes and reads. */
const newestFormat = 1;

/** Which event store a database belongs to. */
export interface StoreBinding {
  readonly _id: 'event-store';
  readonly storeId: string;
  readonly format: number;
}

/** A database belongs to another event store: to go on would mix two histories. */
export class StoreMismatch extends Error {
  constructor(what: string, recorded: string, actual: string) {
    super(
      `${what} belongs to event store ${recorded}, but the event store is ${actual}. ` +
        'Name the right database, or an empty one to build the read models anew.',
    );
    this.name = 'StoreMismatch';
  }
}

/**
 * Binds an empty database to the event store, or checks that it is bound to this one.
 * @throws {StoreMismatch} it is bound to another
 * @throws {Error} a newer program wrote it
 */
export async function bindToStore(bindings: Collection<StoreBinding>, storeId: string): Promise<void> {
  const binding = (await bindings.findOne({ _id: 'event-store' })) ?? (await bind(bindings, storeId));
  const what = `The database ${bindings.dbName}`;
  if (binding.format > newestFormat)
    throw new Error(`${what} has format ${binding.format}; this program knows up to ${newestFormat}.`);
  if (binding.storeId !== storeId) throw new StoreMismatch(what, binding.storeId, storeId);
}

async function bind(bindings: Collection<StoreBinding>, storeId: string): Promise<StoreBinding> {
  const binding: StoreBinding = { _id: 'event-store', storeId, format: newestFormat };
  try {
    await bindings.insertOne(binding);
    return binding;
  } catch (error) {
    const other = isDuplicateKey(error) ? await bindings.findOne({ _id: 'event-store' }) : null;
    if (!other) throw error;
    return other;
  }
}
