import type { EventStore } from '#event-sourcing';
import { type Checkpoint, checkpointSigned, checkpointStream, type NoteVerifier, openCheckpoint } from '#tamper-log';

/** The newest checkpoint, with where it stands. */
export interface LastCheckpoint extends Checkpoint {
  readonly note: string;
  readonly revision: bigint;
  readonly signedAt: Date;
}

/**
 * The checkpoint that was signed last; undefined before the first.
 * @throws {NoteInvalid} what stands in its place is not signed by the log's key
 */
export async function lastCheckpoint(
  store: Pick<EventStore, 'readStream'>,
  verifier: NoteVerifier,
): Promise<LastCheckpoint | undefined> {
  for await (const event of store.readStream(checkpointStream, { direction: 'backwards', maxCount: 1 })) {
    const { note } = checkpointSigned.schema.parse(event.data);
    return { ...openCheckpoint(note, verifier), note, revision: event.revision, signedAt: event.recordedAt };
  }
  return undefined;
}
