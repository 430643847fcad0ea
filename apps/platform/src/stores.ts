import type { CheckpointStore, CommandLog, Snapshot, SnapshotStore } from '#event-sourcing';
import type { KeyValueCollection, ReadModels } from '#read-models';

import { commands } from './projections.js';

/** What is kept of a snapshot; revisions as decimal strings, since a snapshot is a cache and its form may change. */
interface StoredSnapshot extends Omit<Snapshot, 'revision'> {
  readonly revision: string;
}

/** Snapshots of long streams, in the read-model database: they can be thrown away. */
export function snapshotStore(readModels: ReadModels): SnapshotStore {
  const snapshots: KeyValueCollection<StoredSnapshot> = readModels.collection('snapshots');
  return {
    load: async (stream) => {
      const stored = await snapshots.get(stream);
      return stored && { ...stored, revision: BigInt(stored.revision) };
    },
    save: (snapshot) => snapshots.put(snapshot.stream, { ...snapshot, revision: snapshot.revision.toString() }),
  };
}

/** Commands that their streams no longer remember, found in the `commands` read model once that has passed their window. */
export function commandLog(readModels: ReadModels): CommandLog {
  const log = readModels.of(commands);
  return {
    find: async (stream, commandId, through) => {
      const found = await log.get(`${commandId}:${stream}`, { after: through });
      if (!found) return undefined;
      const { hash, first, last, position } = found;
      return { commandId, hash, first: BigInt(first), last: BigInt(last), position: BigInt(position) };
    },
  };
}

/** How far each policy has come. */
export function checkpointStore(readModels: ReadModels): CheckpointStore {
  const checkpoints: KeyValueCollection<{ position: string }> = readModels.collection('policy-checkpoints');
  return {
    load: async (name) => {
      const stored = await checkpoints.get(name);
      return stored && BigInt(stored.position);
    },
    save: (name, position) => checkpoints.put(name, { position: position.toString() }),
  };
}
