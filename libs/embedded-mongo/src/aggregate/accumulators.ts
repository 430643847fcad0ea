import { compareValues } from '../bson/compare.js';
import { encodeDocument } from '../bson/encode.js';
import { keyOf } from '../bson/key-encoding.js';
import type { BsonDocument, BsonValue } from '../bson/values.js';
import { typeNameOf } from '../bson/values.js';
import { refuse, refuseWith } from '../errors.js';
import { describeValue } from '../storage/describe.js';
import { Spread, Sum } from './sums.js';

/** Gathers the values of one group. */
export interface Accumulator {
  add(value: BsonValue | undefined): void;
  result(): BsonValue;
}

/** Is told of the bytes that an accumulator keeps. */
export type Hold = (bytes: number) => void;

/** Bytes that one `$push` or `$addToSet` may gather, as MongoDB has it. */
const MAX_GATHERED_BYTES = 100 * 1024 * 1024;

function sum(): Accumulator {
  const total = new Sum();
  return { add: (value) => total.add(value), result: () => total.total() };
}

function average(): Accumulator {
  const total = new Sum();
  return { add: (value) => total.add(value), result: () => total.average() };
}

const deviation = (less: 0 | 1) => (): Accumulator => {
  const spread = new Spread();
  return { add: (value) => spread.add(value), result: () => spread.deviation(less) };
};

/** The least or greatest value that is neither missing nor null; null where there is none. */
const extreme =
  (sign: 1 | -1) =>
  (hold: Hold): Accumulator => {
    let best: BsonValue | undefined;
    return {
      add: (value) => {
        if (value === undefined || value === null) return;
        if (best === undefined) hold(sizeOf(value));
        if (best === undefined || compareValues(value, best) * sign < 0) best = value;
      },
      result: () => best ?? null,
    };
  };

function first(hold: Hold): Accumulator {
  let held: BsonValue | undefined;
  let empty = true;
  return {
    add: (value) => {
      if (!empty) return;
      empty = false;
      held = value;
      if (value !== undefined) hold(sizeOf(value));
    },
    result: () => held ?? null,
  };
}

function last(hold: Hold): Accumulator {
  let held: BsonValue | undefined;
  return {
    add: (value) => {
      if (held === undefined && value !== undefined) hold(sizeOf(value));
      held = value;
    },
    result: () => held ?? null,
  };
}

const sizeOf = (value: BsonValue): number => encodeDocument(new Map([['', value]])).length;

function checkGathered(bytes: number, name: string): void {
  if (bytes <= MAX_GATHERED_BYTES) return;
  refuse(
    'ExceededMemoryLimit',
    `${name} used too much memory and cannot spill to disk. Memory limit: ${MAX_GATHERED_BYTES} bytes`,
  );
}

function push(hold: Hold): Accumulator {
  const values: BsonValue[] = [];
  let bytes = 0;
  return {
    add: (value) => {
      if (value === undefined) return;
      values.push(value);
      const size = sizeOf(value);
      hold(size);
      bytes += size;
      checkGathered(bytes, '$push');
    },
    result: () => values,
  };
}

function addToSet(hold: Hold): Accumulator {
  const values = new Map<string, BsonValue>();
  let bytes = 0;
  return {
    add: (value) => {
      if (value === undefined) return;
      const key = keyOf(value).toString('latin1');
      if (values.has(key)) return;
      values.set(key, value);
      hold(key.length);
      bytes += key.length;
      checkGathered(bytes, '$addToSet');
    },
    result: () => [...values.values()],
  };
}

function mergeObjects(): Accumulator {
  const merged: BsonDocument = new Map();
  return {
    add: (value) => {
      if (value === undefined || value === null) return;
      if (!(value instanceof Map)) {
        refuseWith(
          40_400,
          `$mergeObjects requires object inputs, but input ${describeValue(value)} is of type ${typeNameOf(value)}`,
        );
      }
      for (const [name, field] of value) merged.set(name, field);
    },
    result: () => merged,
  };
}

/** The accumulators of `$group`; `$count` is a `$sum` of ones. */
export const accumulators = {
  $addToSet: addToSet,
  $avg: average,
  $first: first,
  $last: last,
  $max: extreme(-1),
  $mergeObjects: mergeObjects,
  $min: extreme(1),
  $push: push,
  $stdDevPop: deviation(0),
  $stdDevSamp: deviation(1),
  $sum: sum,
} as const;

export function accumulatorFor(name: string): (hold: Hold) => Accumulator {
  const make = Object.entries(accumulators).find(([known]) => known === name)?.[1];
  return make ?? refuse('UnrecognizedAccumulator', `unknown group operator '${name}'`);
}
