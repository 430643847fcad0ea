import { meterDefinitions, meterModulus } from '../codec/index.js';

/** What goes into credits and what goes out of them: read in one poll, because credits move between two. */
const plus = [0x08, 0x0b, 0x15, 0x17, 0x01] as const;
const minus = [0x00, 0x09, 0x16, 0x18, 0x03] as const;
const credits = 0x0c;
export const balanceCodes: readonly number[] = [credits, ...plus, ...minus, 0x22];
/** The rest of what a schedule reads: hand-paid, games, drop. */
export const playCodes: readonly number[] = [0x02, 0x04, 0x05, 0x06, 0x23, 0x24];

const metersPerPoll = 12;
const uncertain = (code: number): boolean =>
  (code >= 0x3a && code <= 0x3d) || (code >= 0x79 && code <= 0x7e) || code >= 0xf0;

/** Every meter of a full snapshot, in blocks of one poll each. */
export const fullBlocks: readonly (readonly number[])[] = blocksOf(
  [...meterDefinitions.keys()].filter(
    (code) => !uncertain(code) && !balanceCodes.includes(code) && !playCodes.includes(code),
  ),
);

function blocksOf(codes: readonly number[]): number[][] {
  const count = Math.ceil(codes.length / metersPerPoll);
  return Array.from({ length: count }, (_, index) => codes.slice(index * metersPerPoll, (index + 1) * metersPerPoll));
}

export type Readings = Readonly<Record<string, number>>;

const key = (code: number): string => code.toString(16).toUpperCase().padStart(2, '0');

/**
 * Credits that the meters do not account for: constant on a sound machine within an epoch, usually 0. Null when a meter is missing.
 * Modulo the meters' size, from -(10^8)/2.
 */
export function residualOf(readings: Readings): number | null {
  let sum = readings[key(credits)];
  if (sum === undefined) return null;
  for (const code of plus) sum -= readings[key(code)] ?? 0;
  for (const code of minus) sum += readings[key(code)] ?? 0;
  return signed(sum);
}

const modulus = meterModulus(0x00);

/** The same number modulo a meter's size, nearest to 0. */
export function signed(value: number): number {
  const rest = ((value % modulus) + modulus) % modulus;
  return rest >= modulus / 2 ? rest - modulus : rest;
}

/** A meter past this share of its size may wrap before it is read again. */
const nearTheEnd = 0.9;
const nearTheStart = 0.1;

/**
 * What a meter moved by between two readings of one epoch, a wrap included; null when it went back, which no sound meter does.
 */
export function meterDelta(code: number, before: number, after: number): number | null {
  if (after >= before) return after - before;
  const size = meterModulus(code);
  const wrapped = before >= size * nearTheEnd && after <= size * nearTheStart;
  return wrapped ? after + size - before : null;
}

/** Meters that only grow, apart from the credits themselves. */
const growing = [...plus, ...minus];

/** Whether any meter that only grows went back: the series is another one. */
export const wentBack = (before: Readings, after: Readings): boolean =>
  growing.some((code) => {
    const [from, to] = [before[key(code)], after[key(code)]];
    return from !== undefined && to !== undefined && meterDelta(code, from, to) === null;
  });

/** Of a snapshot, what the schedule reads: two are compared by it. */
export const scheduledOf = (readings: Readings): (number | undefined)[] =>
  [...balanceCodes, ...playCodes].map((code) => readings[key(code)]);

/** The readings that tell one epoch from the next. */
export const tellingOf = (readings: Readings): Record<string, number> =>
  Object.fromEntries(
    balanceCodes.map(key).flatMap((each) => (readings[each] === undefined ? [] : [[each, readings[each]]])),
  );
