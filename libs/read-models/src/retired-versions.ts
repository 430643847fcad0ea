import type { Db } from 'mongodb';

import type { Clock } from '#kernel';

import type { LiveVersions } from './live-versions.js';
import type { StoredCheckpoint } from './mongo-checkpoint-store.js';
import type { StoredParking } from './mongo-parked-store.js';

/** By then every process reads the new version. */
const shortestRetirementMs = 60_000;

/** Drops the collections of versions older than the live ones. @returns their names */
export async function dropRetired(database: Db, live: LiveVersions, clock: Clock): Promise<string[]> {
  const projections = await live.all();
  const dropped: string[] = [];
  for (const { name } of await database.listCollections({}, { nameOnly: true }).toArray()) {
    const [, projection = '', version = ''] = /^(.+)_v(\d+)$/.exec(name) ?? [];
    const current = projections.get(projection);
    if (!current || Number(version) >= current.live) continue;
    if (clock().getTime() - current.since.getTime() < shortestRetirementMs) continue;
    await database.collection<StoredCheckpoint>('checkpoints').deleteOne({ _id: name });
    await database.collection<StoredParking>('parked').deleteMany({ collection: name });
    await database.dropCollection(name);
    dropped.push(name);
  }
  return dropped;
}
