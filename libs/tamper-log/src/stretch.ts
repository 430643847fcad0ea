import type { RecordedEvent } from '#kernel';

import { type LoggedCheckpoint, loggedCheckpoint } from './checkpoint-trail.js';
import { entryText } from './entry.js';
import { hashBytes, hashEntry } from './hashing.js';
import type { BundleEnd, LogStorage } from './log-storage.js';
import { loggedEntries } from './logged-entries.js';
import { Lookahead, readAhead } from './lookahead.js';
import { tileWidth } from './tile-path.js';

/** A part of the log, which begins with a bundle, and the part of the store that it was made from. */
export interface Stretch {
  /** Index of its first leaf. */
  readonly start: number;
  /** Index after its last leaf. */
  readonly end: number;
  /** Position of the last event before it; null at the beginning of the store. */
  readonly after: bigint | null;
  /** Position of its last event; null where the stretch is the last, and goes to the end of the store. */
  readonly through: bigint | null;
}

/** A stretch of which store and log agree. */
export interface AgreedStretch {
  /** The hashes of its leaves, 32 bytes each. */
  readonly leaves: Uint8Array;
  readonly checkpoints: readonly LoggedCheckpoint[];
  /** Events after its last leaf, in the last stretch. */
  readonly notYetLogged: number;
}

/** Leaves of a stretch: 256 KiB of hashes. */
const leavesOfStretch = 32 * tileWidth;

/**
 * The log in stretches. Where they begin and end is what the storage says, and need not be believed: every position of the store
 * is in just one of them, so that a wrong one makes a stretch that does not agree.
 */
export async function stretchesOf(storage: Pick<LogStorage, 'readEnds'>, size: number): Promise<Stretch[]> {
  const stretches: Stretch[] = [];
  let [start, after]: [number, bigint | null] = [0, null];
  for (let ends = await storage.readEnds(0); ends.length > 0; ends = await storage.readEnds(indexAfter(ends))) {
    for (const { index, position } of ends) {
      const end = (index + 1) * tileWidth;
      if (end >= size) break;
      if (end % leavesOfStretch !== 0) continue;
      stretches.push({ start, end, after, through: position });
      [start, after] = [end, position];
    }
  }
  return [...stretches, { start, end: size, after, through: null }];
}

const indexAfter = (ends: readonly BundleEnd[]): number => (ends.at(-1)?.index ?? Infinity) + 1;

/**
 * Compares every event of a stretch with its entry.
 * @param events of the store after the stretch's `after`, page by page: as many as it has leaves, or all where it is the last
 * @returns undefined where they disagree somewhere
 */
export async function compareStretch(
  { start, end, through }: Stretch,
  events: AsyncIterable<readonly RecordedEvent[]>,
  storage: Pick<LogStorage, 'readEntries'>,
): Promise<AgreedStretch | undefined> {
  const leaves = Buffer.alloc((end - start) * hashBytes);
  const checkpoints: LoggedCheckpoint[] = [];
  const entries = new Lookahead(loggedEntries(storage, { start, end }));
  let [index, notYetLogged] = [start, 0];
  let position: bigint | null = null;
  for await (const page of readAhead(events)) {
    for (const event of page) {
      position = event.position;
      if (index === end) {
        notYetLogged += 1;
        continue;
      }
      const entry = entries.first ?? (await entries.fill());
      if (entry === undefined || entry !== entryText(index, event)) return undefined;
      hashEntry(entry).copy(leaves, (index - start) * hashBytes);
      const checkpoint = loggedCheckpoint(index, event);
      if (checkpoint) checkpoints.push(checkpoint);
      entries.take();
      index += 1;
    }
  }
  const isWhole = index === end && (through === null || (position === through && notYetLogged === 0));
  return isWhole ? { leaves, checkpoints, notYetLogged } : undefined;
}
