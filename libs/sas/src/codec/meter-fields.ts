import { bcdValue, impossibleBcdAt, maximumBcdBytes, writeBcd } from './bcd.js';
import { faulty } from './fault.js';
import type { Field, FieldOutcome, Form } from './field.js';
import { binary } from './fields.js';
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

type MeterForm = Extract<Form, { kind: `${string}meter-${string}s` }>['kind'];

const toTheEnd = <Item>(
  kind: MeterForm,
  maximum: number,
  encodeItem: (item: Item, into: number[]) => void,
  decodeItem: (source: Uint8Array, at: number, end: number) => FieldOutcome<Item>,
): Field<readonly Item[]> => ({
  form: { kind, maximum },
  bytes: null,
  encode: (items, into) => {
    if (items.length > maximum) throw new RangeError(`${items.length} meters, where ${maximum} are the most`);
    for (const item of items) encodeItem(item, into);
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
  'meter-codes',
  maximumMetersIn2F,
  (code, into) => oneByte.encode(code, into),
  (source, at, end) => oneByte.decode(source, at, end),
);

/** Meter codes of a request, two bytes each, least significant first (6F). */
export const extendedMeterCodes = toTheEnd<number>(
  'extended-meter-codes',
  maximumMetersIn6F,
  (code, into) => twoBytes.encode(code, into),
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
  'meter-readings',
  maximumMetersIn2F,
  ({ code, value }, into) => {
    oneByte.encode(code, into);
    writeBcd(value, meterBytes(code), into);
  },
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
  'extended-meter-readings',
  maximumMetersIn6F,
  ({ code, bytes, value }, into) => {
    twoBytes.encode(code, into);
    oneByte.encode(value === null ? 0 : bytes, into);
    if (value !== null) writeBcd(value, bytes, into);
  },
  extendedReadingAt,
);
