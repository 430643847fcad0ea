import { compareValues, typeOrder } from '../bson/compare.js';
import type { BsonValue, BsonTypeName } from '../bson/values.js';
import { bsonType, BsonUndefined, isNumeric, MaxKey, MinKey, Regex, SymbolValue, typeOf } from '../bson/values.js';
import { refuse, refuseWith } from '../errors.js';
import { numberOf } from './arguments.js';
import type { ValueTest } from './paths.js';

export type ComparisonOperator = '$eq' | '$gt' | '$gte' | '$lt' | '$lte';

const isNaNValue = (value: BsonValue): boolean => isNumeric(value) && Number.isNaN(numberOf(value));

const passes: Record<ComparisonOperator, (difference: number) => boolean> = {
  $eq: (difference) => difference === 0,
  $gt: (difference) => difference > 0,
  $gte: (difference) => difference >= 0,
  $lt: (difference) => difference < 0,
  $lte: (difference) => difference <= 0,
};

/**
 * A comparison with a fixed value, bracketed by type: only values of the operand's own place in the order compare,
 * except against MinKey and MaxKey. Equality with null also holds for a missing field.
 */
export function comparisonTest(operator: ComparisonOperator, operand: BsonValue): ValueTest {
  const passesFor = passes[operator];
  if (operand === null) {
    const equal = passesFor(0);
    return (value) => equal && (value === undefined || value === null || value instanceof BsonUndefined);
  }
  if (typeof operand === 'string' && operator === '$eq')
    return (value) => value === operand || sameSymbol(value, operand);
  if (operand instanceof MinKey || operand instanceof MaxKey) {
    return (value) => value !== undefined && passesFor(compareValues(value, operand));
  }
  const order = typeOrder(operand);
  if (isNaNValue(operand)) {
    const equal = passesFor(0);
    return (value) => equal && value !== undefined && isNaNValue(value);
  }
  const bound = operator !== '$eq';
  return (value) =>
    value !== undefined &&
    typeOrder(value) === order &&
    passesFor(compareValues(value, operand)) &&
    !(bound && isNaNValue(value));
}

const sameSymbol = (value: BsonValue | undefined, text: string): boolean =>
  value instanceof SymbolValue && value.value === text;

/** `$in`: equality with any of the values; a regular expression among them is matched. */
export function membershipTest(values: readonly BsonValue[]): ValueTest {
  const strings = new Set(values.filter((value) => typeof value === 'string'));
  const tests = values
    .filter((value) => typeof value !== 'string')
    .map((value) => (value instanceof Regex ? regexTest(value.pattern, value.options) : comparisonTest('$eq', value)));
  return (value) => {
    if (typeof value === 'string' && strings.has(value)) return true;
    if (value instanceof SymbolValue && strings.has(value.value)) return true;
    return tests.some((test) => test(value));
  };
}

const MAX_PATTERN_CHARACTERS = 32_764;

/** A regular expression on strings; options `i`, `m`, `s` and `u`. */
export function regexTest(pattern: string, options: string): ValueTest {
  const expression = compiledRegex(pattern, options);
  return (value) => {
    if (value instanceof Regex) return value.pattern === pattern && value.options === options;
    if (value instanceof SymbolValue) return expression.test(value.value);
    return typeof value === 'string' && expression.test(value);
  };
}

/** A pattern for JavaScript's own engine, which reads nearly all that PCRE does; refuses what it does not. */
export function compiledRegex(pattern: string, options: string): RegExp {
  if (pattern.length > MAX_PATTERN_CHARACTERS) refuseWith(51_091, 'Regular expression is too long');
  if (pattern.includes('\0')) refuse('BadValue', 'Regular expression cannot contain an embedded null byte');
  const unknown = [...options].find((option) => !'imsxu'.includes(option));
  if (unknown !== undefined) refuseWith(51_108, `invalid flag in regex options: ${unknown}`);
  const leading = /^\(\?([imsx]+)\)/.exec(pattern);
  const flags = new Set([...options, ...(leading?.[1] ?? '')]);
  const source = flags.delete('x')
    ? withoutComments(pattern.slice(leading?.[0].length ?? 0))
    : pattern.slice(leading?.[0].length ?? 0);
  try {
    return new RegExp(source, [...flags].join(''));
  } catch (error) {
    return refuseWith(51_091, `Regular expression is invalid: ${error instanceof Error ? error.message : pattern}`);
  }
}

/** Option `x`: blanks and comments outside of character classes say nothing. */
function withoutComments(pattern: string): string {
  return pattern.replace(/\\[\s\S]|\[(?:\\[\s\S]|[^\]])*\]|\s+|#[^\n]*/g, (part) => (/^(\s|#)/.test(part) ? '' : part));
}

/** `$type`, with one or more numbers or names; `number` stands for the four numeric types. */
export function typeTest(operand: BsonValue): ValueTest {
  const wanted = new Set((Array.isArray(operand) ? operand : [operand]).flatMap(typeNumbers));
  if (wanted.size === 0) refuse('FailedToParse', 'a must match at least one type');
  return (value) => value !== undefined && wanted.has(typeOf(value));
}

function typeNumbers(name: BsonValue): number[] {
  if (name === 'number') return [bsonType.double, bsonType.int, bsonType.long, bsonType.decimal];
  if (typeof name === 'string') {
    if (!Object.hasOwn(bsonType, name)) return refuse('BadValue', `Unknown type name alias: ${name}`);
    return [bsonType[name as BsonTypeName]];
  }
  const number = numberOf(name);
  if (number === undefined) return refuse('TypeMismatch', 'type must be represented as a number or a string');
  if (!Object.values<number>(bsonType).includes(number))
    return refuse('BadValue', `Invalid numerical type code: ${number}`);
  return [number];
}
