import { compareValues } from '../bson/compare.js';
import type { BsonValue, NumericValue } from '../bson/values.js';
import { Double, int32, isNumeric } from '../bson/values.js';
import { refuse } from '../errors.js';
import { numberOf } from '../query/arguments.js';
import { combine } from '../update/arithmetic.js';

/** Gathers the values of one group. */
export interface Accumulator {
  add(value: BsonValue | undefined): void;
  result(): BsonValue;
}

function sum(): Accumulator {
  let total: NumericValue = int32(0);
  return {
    add: (value) => {
      if (isNumeric(value)) total = combine('add', total, value) ?? new Double(roughSum(total, value));
    },
    result: () => total,
  };
}

/** Where Longs overflow a sum goes on as a Double, as MongoDB's does. */
const roughSum = (left: NumericValue, right: NumericValue): number => (numberOf(left) ?? 0) + (numberOf(right) ?? 0);

function average(): Accumulator {
  let total: NumericValue = new Double(0);
  let count = 0;
  return {
    add: (value) => {
      if (!isNumeric(value)) return;
      total = combine('add', total, value) ?? total;
      count += 1;
    },
    result: () => (count === 0 ? null : new Double((numberOf(total) ?? 0) / count)),
  };
}

/** The least or greatest value that is neither missing nor null; null where there is none. */
function extreme(sign: 1 | -1): Accumulator {
  let best: BsonValue | undefined;
  return {
    add: (value) => {
      if (value === undefined || value === null) return;
      if (best === undefined || compareValues(value, best) * sign < 0) best = value;
    },
    result: () => best ?? null,
  };
}

function first(): Accumulator {
  let held: BsonValue | undefined;
  let empty = true;
  return {
    add: (value) => {
      if (empty) held = value;
      empty = false;
    },
    result: () => held ?? null,
  };
}

function last(): Accumulator {
  let held: BsonValue | undefined;
  return {
    add: (value) => {
      held = value;
    },
    result: () => held ?? null,
  };
}

const accumulators: Readonly<Record<string, () => Accumulator>> = {
  $sum: sum,
  $avg: average,
  $min: () => extreme(1),
  $max: () => extreme(-1),
  $first: first,
  $last: last,
};

export function accumulatorFor(name: string): () => Accumulator {
  const make = Object.hasOwn(accumulators, name) ? accumulators[name] : undefined;
  return make ?? refuse('UnrecognizedAccumulator', `unknown group operator '${name}'`);
}
