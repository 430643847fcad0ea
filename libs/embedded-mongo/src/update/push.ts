import { compareValues } from '../bson/compare.js';
import type { BsonDocument, BsonValue } from '../bson/values.js';
import { isNumeric, typeNameOf } from '../bson/values.js';
import { refuse } from '../errors.js';
import { wholeNumberOf } from '../query/arguments.js';
import { isOperatorDocument } from '../query/matcher.js';
import { parseSort, sortKey } from '../query/sort.js';
import { arrayAt, eachOperand } from './array-operators.js';
import type { Operator } from './operators.js';

const MODIFIERS = new Set(['$each', '$slice', '$sort', '$position']);

interface Push {
  readonly added: readonly BsonValue[];
  readonly position: number;
  readonly slice: number | undefined;
  readonly compare: ((left: BsonValue, right: BsonValue) => number) | undefined;
}

/** `$push`, one value or several, at a position, sorted, and cut to a length. */
export const push: Operator = (operand, name) => {
  const { added, position, slice, compare } = parse(operand);
  return (current) => {
    const before = arrayAt(current, name);
    const at = position < 0 ? Math.max(0, before.length + position) : position;
    const joined = [...before.slice(0, at), ...added, ...before.slice(at)];
    const sorted = compare === undefined ? joined : joined.toSorted(compare);
    if (slice === undefined) return sorted;
    if (slice === 0) return [];
    return slice > 0 ? sorted.slice(0, slice) : sorted.slice(slice);
  };
};

function parse(operand: BsonValue): Push {
  const plain = { position: Number.POSITIVE_INFINITY, slice: undefined, compare: undefined };
  if (!(operand instanceof Map) || !operand.has('$each')) {
    if (isOperatorDocument(operand) && [...operand.keys()].some((key) => MODIFIERS.has(key))) {
      refuse('FailedToParse', 'The $each modifier is needed for the other modifiers of $push');
    }
    return { ...plain, added: [operand] };
  }
  for (const modifier of operand.keys()) {
    if (!MODIFIERS.has(modifier)) refuse('BadValue', `Unrecognized clause in $push: ${modifier}`);
  }
  const position = operand.get('$position');
  return {
    added: eachOperand('$push', operand),
    position: position === undefined ? Number.POSITIVE_INFINITY : wholeModifier('$position', position),
    slice: operand.has('$slice') ? wholeModifier('$slice', operand.get('$slice')) : undefined,
    compare: sortModifier(operand),
  };
}

function wholeModifier(name: string, value: BsonValue | undefined): number {
  const whole = wholeNumberOf(value);
  if (whole !== undefined) return whole;
  const found = isNumeric(value) ? 'a fraction' : typeNameOf(value);
  return refuse('BadValue', `The value for ${name} must be an integer value but was given type: ${found}`);
}

function sortModifier(operand: BsonDocument): Push['compare'] {
  const sort = operand.get('$sort');
  if (sort === undefined) return undefined;
  if (sort instanceof Map) {
    if (sort.size === 0) refuse('BadValue', 'The $sort pattern is empty when it should be a set of fields.');
    const fields = parseSort(sort);
    const key = (value: BsonValue): Buffer =>
      sortKey(value instanceof Map ? value : new Map<string, BsonValue>(), fields);
    return (left, right) => key(left).compare(key(right));
  }
  const direction = wholeNumberOf(sort);
  if (direction !== 1 && direction !== -1) {
    return refuse(
      'BadValue',
      'The $sort is invalid: use 1/-1 to sort the whole element, or {field:1/-1} to sort embedded fields',
    );
  }
  return (left, right) => compareValues(left, right) * direction;
}
