import { compareValues, typeOrder } from '../bson/compare.js';
import type { BsonValue, BsonTypeName } from '../bson/values.js';
import { bsonType, BsonUndefined, isNumeric, MaxKey, MinKey, Regex, SymbolValue, typeOf } from '../bson/values.js';
import { refuse } from '../errors.js';
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
  if (pattern.length > MAX_PATTERN_CHARACTERS) refuse('BadValue', 'Regular expression is too long');
  const unknown = [...options].find((option) => !'imsu'.includes(option));
  if (unknown !== undefined) refuse('BadValue', `$regex option '${unknown}' is not supported`);
  const expression = compileRegex(pattern, [...new Set(options)].join(''));
  return (value) => {
    if (value instanceof Regex) return value.pattern === pattern && value.options === options;
    if (value instanceof SymbolValue) return expression.test(value.value);
    return typeof value === 'string' && expression.test(value);
  };
}

function compileRegex(pattern: string, flags: string): RegExp {
  try {
    return new RegExp(pattern, flags);
  } catch (error) {
    return refuse('BadValue', `Regular expression is invalid: ${error instanceof Error ? error.message : pattern}`);
  }
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
