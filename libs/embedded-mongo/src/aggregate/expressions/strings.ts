import { compareStrings } from '../../bson/compare.js';
import type { BsonValue } from '../../bson/values.js';
import { DateTime, int32, isNumeric, SymbolValue, typeNameOf } from '../../bson/values.js';
import { refuseWith } from '../../errors.js';
import { indexBorder } from './arrays.js';
import { numberText } from './conversion.js';
import { formattedDate, isoFormat } from './date-format.js';
import { fixed, int32Of, isNullish, namedOperands, variadic } from './operands.js';
import type { OperatorCompiler, Operators } from './scope.js';

type Value = BsonValue | undefined;

/** What string operators take for text: null and missing count as empty, numbers and dates as they are written. */
function coerced(value: Value): string {
  if (isNullish(value)) return '';
  if (typeof value === 'string') return value;
  if (isNumeric(value)) return numberText(value);
  if (value instanceof DateTime) return formattedDate(value.millis, 'UTC', isoFormat);
  if (value instanceof SymbolValue) return value.value;
  return refuseWith(16_007, `can't convert from BSON type ${typeNameOf(value)} to String`);
}

function concat(values: readonly Value[]): Value {
  let text = '';
  for (const value of values) {
    if (isNullish(value)) return null;
    if (typeof value !== 'string') return refuseWith(16_702, `$concat only supports strings, not ${typeNameOf(value)}`);
    text += value;
  }
  return text;
}

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

function substrBytes([text, start, length]: readonly Value[]): Value {
  const bytes = Buffer.from(coerced(text));
  const [from, count] = [start, length].map((value, index) => {
    if (isNumeric(value)) return Math.trunc(int32Of(value) ?? 0);
    return refuseWith(
      16_034 + index,
      `$substrBytes: ${index === 0 ? 'starting index' : 'length'} must be a numeric type`,
    );
  });
  if (from === undefined || count === undefined || from < 0) {
    return refuseWith(50_752, `$substrBytes: starting index must be non-negative (got: ${from})`);
  }
  const end = count < 0 ? bytes.length : Math.min(bytes.length, from + count);
  if (from >= bytes.length) return '';
  if (isContinuation(bytes[from]))
    refuseWith(28_656, '$substrBytes: Invalid range, starting index is a UTF-8 continuation byte.');
  if (isContinuation(bytes[end]))
    refuseWith(28_657, '$substrBytes: Invalid range, ending index is in the middle of a UTF-8 character.');
  return bytes.toString('utf8', from, end);
}

function substrCP([text, start, length]: readonly Value[]): Value {
  const points = [...coerced(text)];
  const [from, count] = [start, length].map((value, index) => {
    const what = index === 0 ? 'starting index' : 'length';
    const number =
      int32Of(value) ??
      refuseWith(34_450 + index * 2, `$substrCP: ${what} must be a numeric type (is BSON type ${typeNameOf(value)})`);
    if (number < 0) refuseWith(34_455 - index, `$substrCP: ${what} must be a nonnegative integer.`);
    return number;
  });
  return points.slice(from, (from ?? 0) + (count ?? 0)).join('');
}

function split([text, separator]: readonly Value[]): Value {
  if (isNullish(text) || isNullish(separator)) return null;
  if (typeof text !== 'string') {
    return refuseWith(
      40_085,
      `$split requires an expression that evaluates to a string as a first argument, found: ${typeNameOf(text)}`,
    );
  }
  if (typeof separator !== 'string') {
    return refuseWith(
      40_086,
      `$split requires an expression that evaluates to a string as a second argument, found: ${typeNameOf(separator)}`,
    );
  }
  if (separator === '') refuseWith(40_087, '$split requires a non-empty separator');
  return text.split(separator);
}

const lengthOf = (code: number, measure: (text: string) => number): OperatorCompiler =>
  fixed(1, 1, ([text], name) => {
    if (typeof text === 'string') return int32(measure(text));
    return refuseWith(code, `${name} requires a string argument, found: ${typeNameOf(text)}`);
  });

/** Searches among code points or bytes. */
const indexOf = (
  codes: readonly [number, number],
  split: (text: string) => readonly (string | number)[],
): OperatorCompiler =>
  fixed(2, 4, ([text, part, from, to], name) => {
    if (isNullish(text)) return null;
    if (typeof text !== 'string')
      return refuseWith(codes[0], `${name} requires a string as the first argument, found: ${typeNameOf(text)}`);
    if (typeof part !== 'string')
      return refuseWith(codes[1], `${name} requires a string as the second argument, found: ${typeNameOf(part)}`);
    const [whole, wanted] = [split(text), split(part)];
    const start = indexBorder(from, 0, name);
    const end = Math.min(indexBorder(to, whole.length, name), whole.length);
    for (let at = start; at + wanted.length <= end; at += 1) {
      if (wanted.every((unit, offset) => whole[at + offset] === unit)) return int32(at);
    }
    return int32(-1);
  });

const WHITESPACE = '\0\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a';

const trim = (left: boolean, right: boolean): OperatorCompiler => {
  return (operand, scope, name) => {
    const { input, chars } = namedOperands(operand, scope, name, ['input'], ['chars']);
    return (slots) => {
      const text = input?.(slots);
      if (isNullish(text)) return null;
      if (typeof text !== 'string')
        return refuseWith(50_699, `${name} requires its input to be a string, got ${typeNameOf(text)} instead.`);
      const given = chars === undefined ? WHITESPACE : chars(slots);
      if (isNullish(given)) return null;
      if (typeof given !== 'string')
        return refuseWith(50_700, `${name} requires 'chars' to be a string, got ${typeNameOf(given)} instead.`);
      return trimmed([...text], new Set(given), left, right);
    };
  };
};

function trimmed(points: readonly string[], away: ReadonlySet<string>, left: boolean, right: boolean): string {
  let [start, end] = [0, points.length];
  while (left && start < end && away.has(points[start] ?? '')) start += 1;
  while (right && end > start && away.has(points[end - 1] ?? '')) end -= 1;
  return points.slice(start, end).join('');
}

const replacing = (all: boolean, codes: readonly [number, number, number]): OperatorCompiler => {
  return (operand, scope, name) => {
    const parts = namedOperands(operand, scope, name, ['input', 'find', 'replacement']);
    return (slots) => {
      const values = (['input', 'find', 'replacement'] as const).map((argument, index) => {
        const value = parts[argument]?.(slots);
        if (isNullish(value) || typeof value === 'string') return value;
        return refuseWith(
          codes[index] ?? 51_746,
          `${name} requires that '${argument}' be a string, found: ${typeNameOf(value)}`,
        );
      });
      const [input, find, replacement] = values;
      if (typeof input !== 'string' || typeof find !== 'string' || typeof replacement !== 'string') return null;
      return all ? input.split(find).join(replacement) : input.replace(find, () => replacement);
    };
  };
};

/** Only the letters of ASCII, as MongoDB does it. */
const toCase = (pattern: RegExp, change: (letter: string) => string): OperatorCompiler =>
  fixed(1, 1, ([text]) => coerced(text).replace(pattern, change));

export const stringOperators: Operators = {
  $concat: variadic(concat),
  $indexOfBytes: indexOf([40_091, 40_092], (text) => [...Buffer.from(text)]),
  $indexOfCP: indexOf([40_093, 40_094], (text) => [...text]),
  $ltrim: trim(true, false),
  $replaceAll: replacing(true, [51_746, 51_745, 51_744]),
  $replaceOne: replacing(false, [51_746, 51_745, 51_744]),
  $rtrim: trim(false, true),
  $split: fixed(2, 2, split),
  $strLenBytes: lengthOf(34_473, (text) => Buffer.byteLength(text)),
  $strLenCP: lengthOf(34_471, (text) => [...text].length),
  $strcasecmp: fixed(2, 2, ([left, right]) =>
    int32(compareStrings(coerced(left).toUpperCase(), coerced(right).toUpperCase())),
  ),
  $substr: fixed(3, 3, substrBytes),
  $substrBytes: fixed(3, 3, substrBytes),
  $substrCP: fixed(3, 3, substrCP),
  $toLower: toCase(/[A-Z]/g, (letter) => letter.toLowerCase()),
  $toUpper: toCase(/[a-z]/g, (letter) => letter.toUpperCase()),
  $trim: trim(true, true),
};
