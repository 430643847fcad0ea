import { compareValues, sameValue } from '../../bson/compare.js';
import type { BsonValue } from '../../bson/values.js';
import { typeNameOf } from '../../bson/values.js';
import { refuseWith } from '../../errors.js';
import { fixed, isNullish, truthy, variadic } from './operands.js';
import type { Operators } from './scope.js';

type Value = BsonValue | undefined;

/** Each value once, in BSON's order. */
function distinct(values: readonly BsonValue[]): BsonValue[] {
  const sorted = values.toSorted(compareValues);
  return sorted.filter((value, at) => {
    const before = sorted[at - 1];
    return before === undefined || !sameValue(before, value);
  });
}

const has = (set: readonly BsonValue[], value: BsonValue): boolean => set.some((member) => sameValue(member, value));

function arrayOf(value: Value, code: number, name: string): BsonValue[] {
  if (Array.isArray(value)) return value;
  return refuseWith(code, `All operands of ${name} must be arrays. One argument is of type: ${typeNameOf(value)}`);
}

function union(values: readonly Value[], name: string): Value {
  if (values.some(isNullish)) return null;
  return distinct(values.flatMap((value) => arrayOf(value, 17_043, name)));
}

function intersection(values: readonly Value[], name: string): Value {
  if (values.some(isNullish)) return null;
  const [first = [], ...others] = values.map((value) => arrayOf(value, 17_047, name));
  return distinct(first).filter((value) => others.every((other) => has(other, value)));
}

function difference([left, right]: readonly Value[]): Value {
  if (isNullish(left) || isNullish(right)) return null;
  const code = Array.isArray(left) ? 17_049 : 17_048;
  const [kept, without] = [arrayOf(left, code, '$setDifference'), arrayOf(right, code, '$setDifference')];
  const result: BsonValue[] = [];
  for (const value of kept) if (!has(without, value) && !has(result, value)) result.push(value);
  return result;
}

const elements = (value: Value, code: number, name: string): BsonValue[] =>
  Array.isArray(value) ? value : refuseWith(code, `${name}'s argument must be an array, but is ${typeNameOf(value)}`);

export const setOperators: Operators = {
  $allElementsTrue: fixed(1, 1, ([value], name) => elements(value, 17_040, name).every(truthy)),
  $anyElementTrue: fixed(1, 1, ([value], name) => elements(value, 17_041, name).some(truthy)),
  $setDifference: fixed(2, 2, difference),
  $setEquals: variadic((values, name) => {
    if (values.length < 2) refuseWith(17_045, `$setEquals needs at least two arguments had: ${values.length}`);
    const [first = [], ...others] = values.map((value) => distinct(arrayOf(value, 17_044, name)));
    return others.every((other) => other.length === first.length && other.every((value) => has(first, value)));
  }),
  $setIntersection: variadic(intersection),
  $setIsSubset: fixed(2, 2, ([left, right], name) => {
    const [part, whole] = [arrayOf(left, 17_046, name), arrayOf(right, 17_042, name)];
    return part.every((value) => has(whole, value));
  }),
  $setUnion: variadic(union),
};
