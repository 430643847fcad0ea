import { faulty, type Fault } from './fault.js';
import type { Field, Fields } from './field.js';

type Entry = readonly [string, Field<unknown>];

const known = new WeakMap<Fields, readonly Entry[]>();

/** Fields of one layout as a list, made once: a busy line reads thousands of frames a second. */
export function entriesOf(fields: Fields): readonly Entry[] {
  const before = known.get(fields);
  if (before) return before;
  const entries = Object.entries(fields);
  known.set(fields, entries);
  return entries;
}

/** Adds the bytes of a message's fields, in the order of its layout. */
export function encodeFields(fields: Fields, values: Readonly<Record<string, unknown>>, into: number[]): void {
  for (const [name, field] of entriesOf(fields)) field.encode(values[name], into);
}

/** The same behind a length byte, where the message has one. */
export function encodeBody(
  fields: Fields,
  lengthByte: true | undefined,
  values: Readonly<Record<string, unknown>>,
  into: number[],
): void {
  const at = lengthByte ? into.push(0) : 0;
  encodeFields(fields, values, into);
  if (lengthByte) into[at - 1] = into.length - at;
}

export type FieldValues =
  | { readonly ok: true; readonly values: Readonly<Record<string, unknown>>; readonly next: number }
  | { readonly ok: false; readonly fault: Fault };

/** Reads the fields from `from` on; what stands behind them is left. */
export function decodeSome(fields: Fields, source: Uint8Array, from: number, end: number): FieldValues {
  const values: Record<string, unknown> = {};
  let at = from;
  for (const [name, field] of entriesOf(fields)) {
    const outcome = field.decode(source, at, end);
    if (!outcome.ok) return outcome;
    values[name] = outcome.value;
    at = outcome.next;
  }
  return { ok: true, values, next: at };
}

/** Reads all fields between `from` and `end`; bytes left over are a fault. */
export function decodeFields(fields: Fields, source: Uint8Array, from: number, end: number): FieldValues {
  const outcome = decodeSome(fields, source, from, end);
  return outcome.ok && outcome.next < end ? faulty('long', outcome.next) : outcome;
}

/** The size of the layout in bytes, or null when a field's size varies. */
export function fixedSize(fields: Fields): number | null {
  let total = 0;
  for (const [, { bytes }] of entriesOf(fields)) {
    if (bytes === null) return null;
    total += bytes;
  }
  return total;
}

/** The size of a layout whose varying fields are empty, in bytes. */
export const leastSize = (fields: Fields): number =>
  entriesOf(fields).reduce((total, [, { bytes }]) => total + (bytes ?? 0), 0);
