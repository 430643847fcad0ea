import type { ReadModels } from '#read-models';

import type { SigningKeyStore, StoredSigningKey } from './signing-keys.js';

/** Most keys that a platform ever has: one a rotation. */
export const maximumKeys = 1_000;

/** The keys beside the read models, in the database that is backed up apart. */
export function signingKeyStore(readModels: ReadModels): SigningKeyStore {
  const keys = readModels.keyCollection<StoredSigningKey>('signing-keys');
  return {
    list: async () => (await keys.list({ limit: maximumKeys })).map(({ value }) => value),
    insertIfAbsent: (id, key) => keys.insertIfAbsent(id, key),
  };
}
