import { canonicalJson } from '#canonical-json';
import type { RecordedEvent } from '#kernel';

import { sha256Hex } from './hashing.js';

/** The version of the entry's form. For ever: entries are what roots are made of. */
const entryFormat = 1;
/** A bundle gives each entry's length in two bytes. */
const maximumEntryBytes = 65_535;

/** What a leaf binds: everything about one event but the store's own position, so that the log outlives a migration. */
export interface Entry {
  /** Milliseconds since 1970, when the store took it. */
  readonly created: number;
  /** SHA-256 of the canonical data, hexadecimal. */
  readonly data: string;
  readonly format: typeof entryFormat;
  readonly id: string;
  /** Decimal, from 0, without gaps. */
  readonly index: string;
  /** SHA-256 of the canonical metadata, hexadecimal. */
  readonly metadata: string;
  /** Decimal. */
  readonly revision: string;
  readonly stream: string;
  readonly type: string;
}

/** An event as it stands in the store: neither upcast nor checked against its schema. */
export type StoredEvent = Pick<
  RecordedEvent,
  'stream' | 'revision' | 'id' | 'type' | 'data' | 'metadata' | 'recordedAt'
>;

/**
 * The entry's text: its own canonical JSON, written down with the members in order.
 * @throws {RangeError} names so long that it has more than 65 535 bytes
 */
export function entryText(index: number, event: StoredEvent): string {
  const { stream, revision, id, type, data, metadata, recordedAt } = event;
  const text =
    `{"created":${recordedAt.getTime()},"data":"${sha256Hex(canonicalJson(data))}","format":${entryFormat},` +
    `"id":${JSON.stringify(id)},"index":"${index}","metadata":"${sha256Hex(canonicalJson(metadata))}",` +
    `"revision":"${revision}","stream":${JSON.stringify(stream)},"type":${JSON.stringify(type)}}`;
  if (text.length * 3 > maximumEntryBytes && Buffer.byteLength(text) > maximumEntryBytes)
    throw new RangeError(`the entry of event ${id} has more than ${maximumEntryBytes} bytes`);
  return text;
}

/** @throws {TypeError} it is not an entry of this form */
export function parseEntry(text: string): Entry {
  const parsed: unknown = parsedJson(text);
  if (!isEntry(parsed) || canonicalJson(parsed) !== text) throw new TypeError(`not an entry of format ${entryFormat}`);
  return parsed;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const texts = ['data', 'id', 'index', 'metadata', 'revision', 'stream', 'type'] as const;

const isEntry = (value: unknown): value is Entry =>
  typeof value === 'object' &&
  value !== null &&
  Object.keys(value).length === texts.length + 2 &&
  texts.every((name) => typeof Reflect.get(value, name) === 'string') &&
  Number.isSafeInteger(Reflect.get(value, 'created')) &&
  Reflect.get(value, 'format') === entryFormat;
