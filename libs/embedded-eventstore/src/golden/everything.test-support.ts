import { hash } from 'node:crypto';
import { recordedEventIn } from '../storage/event-message.js';
import { isTombstone, messageAt, positionAt, revisionAt, streamNameAt } from '../storage/record.js';
import { readAllForwards, readStreamEvents } from '../store/reading.js';
import type { Store } from '../store/store.js';

const digestDigits = 24;

/** Everything that readers find in a store, as JSON has it. */
export interface Everything {
  /** Of each event in $all: position, stream and revision, and a digest of the bytes that readers get. */
  readonly all: readonly (readonly [position: number, event: string, digest: string])[];
  /** Of each stream: its revisions as readers see them, or why there are none. */
  readonly streams: Readonly<Record<string, readonly number[] | string>>;
}

export const everythingIn = async (store: Store): Promise<Everything> => {
  const all: [number, string, string][] = [];
  const streams: Record<string, number[] | string> = {};
  for await (const events of readAllForwards(store.reader, 0)) {
    for (const { buffer, at } of events) {
      const name = streamNameAt(buffer, at);
      const digest = hash('sha256', recordedEventIn(messageAt(buffer, at)), 'hex').slice(0, digestDigits);
      all.push([positionAt(buffer, at), `${isTombstone(buffer, at) ? 'end' : revisionAt(buffer, at)}@${name}`, digest]);
      streams[name] ??= await revisionsOf(store, name);
    }
  }
  return { all, streams };
};

const revisionsOf = async (store: Store, name: string): Promise<number[] | string> => {
  const streamKey = Buffer.from(name).toString('latin1');
  const view = store.views.view(streamKey);
  if (view.kind !== 'events') return view.kind;
  const revisions: number[] = [];
  for await (const events of readStreamEvents(store, streamKey, view.first, view.last, 1)) {
    revisions.push(...events.map(({ buffer, at }) => revisionAt(buffer, at)));
  }
  return revisions;
};
