import { faulty, type Fault } from './fault.js';
import type { Fields } from './fields.js';

/** The bytes of a message's fields, in the order of its layout. */
export function encodeFields(fields: Fields, values: Readonly<Record<string, unknown>>): number[] {
  const bytes: number[] = [];
  for (const [name, field] of Object.entries(fields)) bytes.push(...field.encode(values[name]));
  return bytes;
}

export type FieldValues =
  | { readonly ok: true; readonly values: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly fault: Fault };

/** Reads all fields between `from` and `end`; bytes left over are a fault. */
export function decodeFields(fields: Fields, source: Uint8Array, from: number, end: number): FieldValues {
  const values: Record<string, unknown> = {};
  let at = from;
  for (const [name, field] of Object.entries(fields)) {
    const outcome = field.decode(source, at, end);
    if (!outcome.ok) return outcome;
    values[name] = outcome.value;
    at = outcome.next;
  }
  return at < end ? faulty('long', at) : { ok: true, values };
}

/** The size of the layout in bytes, or null when one field takes the rest of the message. */
export function fixedSize(fields: Fields): number | null {
  let total = 0;
  for (const { bytes } of Object.values(fields)) {
    if (bytes === null) return null;
    total += bytes;
  }
  return total;
}
