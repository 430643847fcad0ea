import { compareValues } from '../../bson/compare.js';
import type { BsonValue } from '../../bson/values.js';
import { bsonUndefined, int32 } from '../../bson/values.js';
import { fixed } from './operands.js';
import type { Operators } from './scope.js';

/** The order of any two values; a missing one stands where BSON's undefined does. */
export function compareAny(left: BsonValue | undefined, right: BsonValue | undefined): number {
  return Math.sign(
    compareValues(left === undefined ? bsonUndefined : left, right === undefined ? bsonUndefined : right),
  );
}

const comparing = (passes: (difference: number) => boolean) =>
  fixed(2, 2, ([left, right]) => passes(compareAny(left, right)));

export const comparisonOperators: Operators = {
  $cmp: fixed(2, 2, ([left, right]) => int32(compareAny(left, right))),
  $eq: comparing((difference) => difference === 0),
  $ne: comparing((difference) => difference !== 0),
  $gt: comparing((difference) => difference > 0),
  $gte: comparing((difference) => difference >= 0),
  $lt: comparing((difference) => difference < 0),
  $lte: comparing((difference) => difference <= 0),
};
