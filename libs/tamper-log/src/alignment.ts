import { type Entry, parseEntry } from './entry.js';
import type { Finding, FindingKind } from './finding.js';

/** An event of the store, as the entry that it would be if it were logged at an index. */
export interface Candidate {
  readonly id: string;
  readonly stream: string;
  readonly revision: string;
  readonly entryAt: (index: number) => string;
}

/** What was found, and how far each side is to go on. */
export interface Step {
  readonly finding: Finding;
  readonly store: 0 | 1;
  readonly log: 0 | 1;
}

/** Where the two sides stand, which differ in their first members. */
export interface Disagreement {
  /** Of the first logged entry. */
  readonly index: number;
  /** The next events of the store; empty at its end. */
  readonly stored: readonly Candidate[];
  /** The next entries of the log, at least one. */
  readonly logged: readonly string[];
  /** Ids of events that were found elsewhere than they were logged; added to. */
  readonly displaced: Set<string>;
}

/** Names a disagreement between what the store has and what was logged. */
export function align({ index, stored, logged, displaced }: Disagreement): Step {
  const entry = readEntry(logged[0]);
  const event = stored[0];
  if (!entry) return { finding: unreadable(index, event), store: event ? 1 : 0, log: 1 };
  if (!event) return step('event-removed', index, entry, 'it was logged, and the store ends before it', 0, 1);
  if (event.id === entry.id) return step('event-changed', index, entry, changes(entry, event, index), 1, 1);
  const isLogged = displaced.has(event.id) || logged.some((text) => readEntry(text)?.id === event.id);
  const isStored = displaced.has(entry.id) || stored.some(({ id }) => id === entry.id);
  if (isLogged && isStored) {
    displaced.add(event.id).add(entry.id);
    return step('event-moved', index, entry, `the store has event ${event.revision} of ${event.stream} here`, 1, 1);
  }
  if (isLogged) return step('event-removed', index, entry, 'it was logged, and the store does not have it', 0, 1);
  if (isStored) {
    const detail = 'the store has it before this leaf, and it was never logged';
    return step('event-inserted', index, event, detail, 1, 0);
  }
  return step('event-changed', index, entry, `event ${event.revision} of ${event.stream} stands in its place`, 1, 1);
}

function step(
  kind: FindingKind,
  leaf: number,
  { stream, revision, id }: Pick<Entry, 'stream' | 'revision' | 'id'>,
  detail: string,
  store: 0 | 1,
  log: 0 | 1,
): Step {
  return { finding: { kind, leaf, stream, revision, eventId: id, detail }, store, log };
}

/** Which members of the entry are not the store's. */
function changes(entry: Entry, event: Candidate, index: number): string {
  const found = readEntry(event.entryAt(index));
  const names = (['stream', 'revision', 'type', 'created', 'data', 'metadata'] as const).filter(
    (name) => found?.[name] !== entry[name],
  );
  return `its ${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} not what was logged`;
}

const unreadable = (leaf: number, event: Candidate | undefined): Finding => ({
  kind: 'entry-changed',
  leaf,
  stream: event?.stream ?? null,
  revision: event?.revision ?? null,
  eventId: event?.id ?? null,
  detail: 'the stored entry is not an entry',
});

function readEntry(text: string | undefined): Entry | undefined {
  try {
    return text === undefined ? undefined : parseEntry(text);
  } catch {
    return undefined;
  }
}
