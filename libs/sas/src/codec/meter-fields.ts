import { bcdBytes, bcdValue, impossibleBcdAt, maximumBcdBytes } from './bcd.js';
import { faulty } from './fault.js';
import { binary, type Field, type FieldOutcome } from './fields.js';
import { meterBytes } from './meters.js';

/** Most meters one request may name: ten by 2F, twelve by 6F. */
export const maximumMetersIn2F = 10;
export const maximumMetersIn6F = 12;

export interface MeterReading {
  readonly code: number;
  readonly value: number;
}

/** A reading of 6F: null where the machine says, by size 0, that it has no such meter. */
export interface ExtendedMeterReading {
  readonly code: number;
  /** BCD bytes as the machine sent them. */
  readonly bytes: number;
  readonly value: number | null;
}

const toTheEnd = <Item>(
  notation: string,
  maximum: number,
  encodeItem: (item: Item) => number[],
  decodeItem: (source: Uint8Array, at: number, end: number) => FieldOutcome<Item>,
): Field<readonly Item[]> => ({
  notation: `${notation}, at most ${maximum}`,
  bytes: null,
  encode: (items) => {
    if (items.length > maximum) throw new RangeError(`${items.length} meters, where ${maximum} are the most`);
    return items.flatMap(encodeItem);
  },
  decode: (source, from, end) => {
    const items: Item[] = [];
    let at = from;
    while (at < end) {
      if (items.length === maximum) return faulty('long', at);
      const outcome = decodeItem(source, at, end);
      if (!outcome.ok) return outcome;
      items.push(outcome.value);
      at = outcome.next;
    }
    return { ok: true, value: items, next: at };
  },
});

const oneByte = binary(1);
const twoBytes = binary(2);

/** Meter codes of a request, one byte each (2F). */
export const meterCodes = toTheEnd<number>(
  'meter codes, 1 each',
  maximumMetersIn2F,
  (code) => oneByte.encode(code),
  (source, at, end) => oneByte.decode(source, at, end),
);

/** Meter codes of a request, two bytes each, least significant first (6F). */
export const extendedMeterCodes = toTheEnd<number>(
  'meter codes, 2 each LSB first',
  maximumMetersIn6F,
  (code) => twoBytes.encode(code),
  (source, at, end) => twoBytes.decode(source, at, end),
);

function bcdAt(source: Uint8Array, at: number, bytes: number, end: number): FieldOutcome<number> {
  if (at + bytes > end) return faulty('short', end);
  const impossible = impossibleBcdAt(source, at, bytes);
  if (impossible >= 0) return faulty('bad-bcd', impossible);
  return { ok: true, value: bcdValue(source, at, bytes), next: at + bytes };
}

/** Code and value, the value's size known from the code only (2F). */
export const meterReadings = toTheEnd<MeterReading>(
  'code 1, value 4 or 5 BCD',
  maximumMetersIn2F,
  ({ code, value }) => [...oneByte.encode(code), ...bcdBytes(value, meterBytes(code))],
  (source, at, end) => {
    const code = source[at] ?? 0;
    const outcome = bcdAt(source, at + 1, meterBytes(code), end);
    return outcome.ok ? { ...outcome, value: { code, value: outcome.value } } : outcome;
  },
);

function extendedReadingAt(source: Uint8Array, at: number, end: number): FieldOutcome<ExtendedMeterReading> {
  if (at + 3 > end) return faulty('short', end);
  const code = (source[at] ?? 0) + (source[at + 1] ?? 0) * 256;
  const bytes = source[at + 2] ?? 0;
  if (bytes === 0) return { ok: true, value: { code, bytes, value: null }, next: at + 3 };
  if (bytes > maximumBcdBytes) return faulty('unknown', at + 2);
  const outcome = bcdAt(source, at + 3, bytes, end);
  return outcome.ok ? { ...outcome, value: { code, bytes, value: outcome.value } } : outcome;
}

/** Code, size and value; size 0 stands for a meter that the machine does not have (6F). */
export const extendedMeterReadings = toTheEnd<ExtendedMeterReading>(
  'code 2 LSB first, size 1, value BCD',
  maximumMetersIn6F,
  ({ code, bytes, value }) => [
    ...twoBytes.encode(code),
    ...(value === null ? [0] : [...oneByte.encode(bytes), ...bcdBytes(value, bytes)]),
  ],
  extendedReadingAt,
);
