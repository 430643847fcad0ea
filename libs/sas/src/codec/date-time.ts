import { bcdBytes, bcdValue, impossibleBcdAt } from './bcd.js';
import { faulty } from './fault.js';
import type { Field } from './fields.js';

const written = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})$/;
const bytes = 7;

const isCalendarTime = (text: string): boolean =>
  written.test(text) && new Date(`${text}Z`).toISOString().startsWith(text);

const validTime = (text: string): boolean => !Number.isNaN(Date.parse(`${text}Z`)) && isCalendarTime(text);

const two = (value: number): string => String(value).padStart(2, '0');

/** The machine's local time as `2026-01-15T13:30:00`, on the wire MMDDYYYY HHMMSS in BCD. It has no zone: the host knows it. */
export const localTime: Field<string> = {
  notation: 'MMDDYYYY HHMMSS BCD',
  bytes,
  encode: (text) => {
    const [, year, month, day, hour, minute, second] = written.exec(text) ?? [];
    if (!validTime(text)) throw new RangeError(`"${text}" is not a time like 2026-01-15T13:30:00`);
    return [month, day]
      .flatMap((part) => bcdBytes(Number(part), 1))
      .concat(
        bcdBytes(Number(year), 2),
        [hour, minute, second].flatMap((part) => bcdBytes(Number(part), 1)),
      );
  },
  decode: (source, at, end) => {
    if (at + bytes > end) return faulty('short', end);
    const impossible = impossibleBcdAt(source, at, bytes);
    if (impossible >= 0) return faulty('bad-bcd', impossible);
    const part = (offset: number): string => two(bcdValue(source, at + offset, 1));
    const year = String(bcdValue(source, at + 2, 2)).padStart(4, '0');
    const text = `${year}-${part(0)}-${part(1)}T${part(4)}:${part(5)}:${part(6)}`;
    return validTime(text) ? { ok: true, value: text, next: at + bytes } : faulty('bad-bcd', at);
  },
};
