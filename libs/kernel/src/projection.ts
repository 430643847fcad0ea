import type { Event } from './message.js';
import type { RecordedEvent } from './recorded-event.js';

/** A field to index; 1 is ascending, -1 descending. Compound where there are several. */
export type IndexKeys = Readonly<Record<string, 1 | -1>>;

/**
 * A read model as a value: which events it takes, which document each of them changes, and how.
 * The fold is pure: no clock, no I/O, and the same events give the same documents. Written as methods, so that projections
 * of different events fit into one list.
 */
export interface Projection<Doc extends object, E extends Event> {
  /** Kebab-case; names the collection together with the version. */
  readonly name: string;
  /** Raise it and a fresh collection is built beside the live one, then switched to. */
  readonly version: number;
  readonly handles: readonly E['type'][];
  /** The document that the event changes; undefined when it changes none. */
  idOf(this: void, event: RecordedEvent<E>): string | undefined;
  /** The document after the event; null removes it. */
  evolve(this: void, doc: Doc | null, event: RecordedEvent<E>): Doc | null;
  /** What its documents are listed by, newest first; `{}` lists all of them. Default: all of them, and nothing else. */
  readonly indexes?: readonly IndexKeys[];
  /** Hardly a document is changed by a later event: it is inserted without being looked for. Default: false. */
  readonly insertsFirst?: boolean;
  /** What happens when an event cannot be folded: money stops, the rest parks the one document. Default: park. */
  readonly onFailure?: 'stop' | 'park';
}
