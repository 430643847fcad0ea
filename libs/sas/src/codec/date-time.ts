import { bcdValue, impossibleBcdAt, writeBcd } from './bcd.js';
import { faulty } from './fault.js';
import type { Field, FieldOutcome } from './field.js';

const written = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})$/;
const bytes = 7;

const isCalendarTime = (text: string): boolean =>
  written.test(text) && new Date(`${text}Z`).toISOString().startsWith(text);

const validTime = (text: string): boolean => !Number.isNaN(Date.parse(`${text}Z`)) && isCalendarTime(text);

const two = (value: number): string => String(value).padStart(2, '0');

function encode(text: string, into: number[]): void {
  const [, year, month, day, hour, minute, second] = written.exec(text) ?? [];
  if (!validTime(text)) throw new RangeError(`"${text}" is not a time like 2026-01-15T13:30:00`);
  for (const part of [month, day]) writeBcd(Number(part), 1, into);
  writeBcd(Number(year), 2, into);
  for (const part of [hour, minute, second]) writeBcd(Number(part), 1, into);
}

function decode(source: Uint8Array, at: number, end: number): FieldOutcome<string> {
  if (at + bytes > end) return faulty('short', end);
  const impossible = impossibleBcdAt(source, at, bytes);
  if (impossible >= 0) return faulty('bad-bcd', impossible);
  const part = (offset: number): string => two(bcdValue(source, at + offset, 1));
  const year = String(bcdValue(source, at + 2, 2)).padStart(4, '0');
  const text = `${year}-${part(0)}-${part(1)}T${part(4)}:${part(5)}:${part(6)}`;
  return validTime(text) ? { ok: true, value: text, next: at + bytes } : faulty('bad-bcd', at);
}

/** The machine's local time as `2026-01-15T13:30:00`, on the wire MMDDYYYY HHMMSS in BCD. It has no zone: the host knows it. */
export const localTime: Field<string> = { form: { kind: 'time' }, bytes, encode, decode };

/** The same, where zeros stand for no time at all. */
export const localTimeOrNothing: Field<string | null> = {
  form: { kind: 'time-or-nothing' },
  bytes,
  encode: (text, into) => {
    if (text !== null) return encode(text, into);
    for (let at = 0; at < bytes; at += 1) into.push(0);
  },
  decode: (source, at, end) => {
    const nothing = at + bytes <= end && source.subarray(at, at + bytes).every((byte) => byte === 0);
    return nothing ? { ok: true, value: null, next: at + bytes } : decode(source, at, end);
  },
};
