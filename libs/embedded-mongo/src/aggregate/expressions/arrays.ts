import { compareValues } from '../../bson/compare.js';
import type { BsonDocument, BsonValue } from '../../bson/values.js';
import { int32, isNumeric, typeNameOf } from '../../bson/values.js';
import { refuse, refuseWith } from '../../errors.js';
import { numberOf } from '../../query/arguments.js';
import { parseSort, sortKey } from '../../query/sort.js';
import { compareAny } from './comparison.js';
import { compile } from './compile.js';
import { documentOperand, fixed, int32Of, isNullish, namedOperands, truthy, variadic } from './operands.js';
import type { OperatorCompiler, Operators } from './scope.js';

type Value = BsonValue | undefined;

const MAX_RANGE = 10_000_000;

function arrayElemAt([array, at]: readonly Value[]): Value {
  if (isNullish(array) || isNullish(at)) return null;
  if (!Array.isArray(array)) {
    return refuseWith(28_689, `$arrayElemAt's first argument must be an array, but is ${typeNameOf(array)}`);
  }
  if (!isNumeric(at)) {
    return refuseWith(28_690, `$arrayElemAt's second argument must be a numeric value, but is ${typeNameOf(at)}`);
  }
  const position =
    int32Of(at) ??
    refuseWith(
      28_691,
      `$arrayElemAt's second argument must be representable as a 32-bit integer: ${String(numberOf(at))}`,
    );
  return array.at(position);
}

const edge = (name: string, at: number): OperatorCompiler =>
  fixed(1, 1, ([array]) => {
    if (isNullish(array)) return null;
    if (!Array.isArray(array))
      return refuseWith(28_689, `${name}'s argument must be an array, but is ${typeNameOf(array)}`);
    return array.at(at);
  });

function concatArrays(values: readonly Value[]): Value {
  const result: BsonValue[] = [];
  for (const value of values) {
    if (isNullish(value)) return null;
    if (!Array.isArray(value))
      return refuseWith(28_664, `$concatArrays only supports arrays, not ${typeNameOf(value)}`);
    for (const element of value) result.push(element);
  }
  return result;
}

function inArray([wanted, array]: readonly Value[]): Value {
  if (!Array.isArray(array)) {
    return refuseWith(40_081, `$in requires an array as a second argument, found: ${typeNameOf(array)}`);
  }
  return array.some((element) => compareAny(element, wanted) === 0);
}

function indexOfArray([array, wanted, from, to]: readonly Value[], name: string): Value {
  if (isNullish(array)) return null;
  if (!Array.isArray(array)) {
    return refuseWith(40_090, `$indexOfArray requires an array as a first argument, found: ${typeNameOf(array)}`);
  }
  const start = indexBorder(from, 0, name);
  const end = Math.min(indexBorder(to, array.length, name), array.length);
  for (let at = start; at < end; at += 1) if (compareAny(array[at], wanted) === 0) return int32(at);
  return int32(-1);
}

/** A start or end of a search, which may be left out. */
export function indexBorder(value: Value, absent: number, name: string): number {
  if (value === undefined) return absent;
  const border = int32Of(value);
  if (border === undefined) {
    return refuseWith(
      40_096,
      `${name} requires an integral starting index, found a value of type: ${typeNameOf(value)}`,
    );
  }
  if (border < 0) refuseWith(40_097, `${name} requires a nonnegative starting index, found: ${border}`);
  return border;
}

function range([start, end, step]: readonly Value[]): Value {
  const numbers = [start, end, step ?? int32(1)].map((value, index) => {
    const code = [34_443, 34_445, 34_447][index] ?? 34_443;
    const what = ['starting value', 'ending value', 'step value'][index] ?? '';
    if (!isNumeric(value))
      return refuseWith(code, `$range requires a numeric ${what}, found value of type: ${typeNameOf(value)}`);
    return (
      int32Of(value) ?? refuseWith(code + 1, `$range requires a ${what} that can be represented as a 32-bit integer`)
    );
  });
  const [from = 0, to = 0, by = 1] = numbers;
  if (by === 0) refuseWith(34_449, '$range requires a non-zero step value');
  if (Math.abs((to - from) / by) > MAX_RANGE) refuse('QueryExceededMemoryLimit', '$range would use too much memory');
  const result: BsonValue[] = [];
  for (let value = from; by > 0 ? value < to : value > to; value += by) result.push(int32(value));
  return result;
}

function reverse([array]: readonly Value[]): Value {
  if (isNullish(array)) return null;
  if (!Array.isArray(array)) {
    return refuseWith(34_435, `The argument to $reverseArray must be an array, but was of type: ${typeNameOf(array)}`);
  }
  return array.toReversed();
}

function size([array]: readonly Value[]): Value {
  if (Array.isArray(array)) return int32(array.length);
  return refuseWith(17_124, `The argument to $size must be an array, but was of type: ${typeNameOf(array)}`);
}

function slice([array, first, second]: readonly Value[], _: string): Value {
  if (isNullish(array) || isNullish(first) || (second !== undefined && isNullish(second))) return null;
  if (!Array.isArray(array)) {
    return refuseWith(28_724, `First argument to $slice must be an array, but is of type: ${typeNameOf(array)}`);
  }
  const whole = (value: Value, code: number): number =>
    int32Of(value) ?? refuseWith(code, `Second and third arguments to $slice must be 32-bit integers`);
  const at = whole(first, 28_725);
  if (second === undefined) return at < 0 ? array.slice(at) : array.slice(0, at);
  const count = whole(second, 28_727);
  if (count <= 0) refuseWith(28_729, `Third argument to $slice must be positive: ${count}`);
  const start = at < 0 ? Math.max(0, array.length + at) : at;
  return array.slice(start, start + count);
}

const sortArray: OperatorCompiler = (operand, scope) => {
  const document = documentOperand(operand, '$sortArray');
  const input = compile(
    document.get('input') ?? refuseWith(2_942_502, "$sortArray requires 'input' to be specified"),
    scope,
  );
  const by = document.get('sortBy') ?? refuseWith(2_942_503, "$sortArray requires 'sortBy' to be specified");
  const compare = elementOrder(by);
  return (slots) => {
    const array = input(slots);
    if (isNullish(array)) return null;
    if (!Array.isArray(array)) {
      return refuseWith(
        2_942_504,
        `The input argument to $sortArray must be an array, but was of type: ${typeNameOf(array)}`,
      );
    }
    return array.toSorted(compare);
  };
};

function elementOrder(by: BsonValue): (left: BsonValue, right: BsonValue) => number {
  if (by instanceof Map) {
    const fields = parseSort(by);
    const key = (value: BsonValue): Buffer =>
      sortKey(value instanceof Map ? value : new Map<string, BsonValue>(), fields);
    return (left, right) => key(left).compare(key(right));
  }
  const direction = int32Of(by);
  if (direction !== 1 && direction !== -1) refuse('BadValue', 'The $sort element value must be either 1 or -1');
  return (left, right) => compareValues(left, right) * (direction ?? 1);
}

const zip: OperatorCompiler = (operand, scope) => {
  const document = documentOperand(operand, '$zip');
  const sources = document.get('inputs');
  if (!Array.isArray(sources) || sources.length === 0)
    return refuseWith(34_461, 'inputs must be an array of expressions');
  const inputs = sources.map((source) => compile(source, scope));
  const longest = truthy(document.get('useLongestLength'));
  const defaultsSource = document.get('defaults');
  if (defaultsSource !== undefined && !longest) {
    refuseWith(34_466, 'cannot specify defaults unless useLongestLength is true');
  }
  const defaults = Array.isArray(defaultsSource) ? defaultsSource.map((source) => compile(source, scope)) : [];
  return (slots) => {
    const arrays = inputs.map((input) => input(slots));
    if (arrays.some(isNullish)) return null;
    const lists = arrays.map((array) =>
      Array.isArray(array)
        ? array
        : refuseWith(34_468, `$zip found a non-array expression in input: ${typeNameOf(array)}`),
    );
    const lengths = lists.map(({ length }) => length);
    const length = longest ? Math.max(...lengths) : Math.min(...lengths);
    return Array.from({ length }, (_, at) => lists.map((list, index) => list[at] ?? defaults[index]?.(slots) ?? null));
  };
};

function arrayToObject([array]: readonly Value[]): Value {
  if (isNullish(array)) return null;
  if (!Array.isArray(array)) {
    return refuseWith(40_386, `$arrayToObject requires an array input, found: ${typeNameOf(array)}`);
  }
  const result: BsonDocument = new Map();
  for (const pair of array) {
    const [key, value] = pairOf(pair);
    if (typeof key !== 'string') {
      return refuseWith(
        40_395,
        `$arrayToObject requires an array of pairs, where the key must be of type string. Found key type: ${typeNameOf(key)}`,
      );
    }
    result.set(key, value ?? null);
  }
  return result;
}

function pairOf(pair: BsonValue): readonly Value[] {
  if (Array.isArray(pair)) {
    if (pair.length !== 2)
      refuseWith(40_397, `$arrayToObject requires an array of size 2 arrays,found array of size: ${pair.length}`);
    return pair;
  }
  if (!(pair instanceof Map)) {
    return refuseWith(40_398, `Unrecognised input type format for $arrayToObject: ${typeNameOf(pair)}`);
  }
  if (pair.size !== 2 || !pair.has('k') || !pair.has('v')) {
    refuseWith(
      40_392,
      `$arrayToObject requires an object keys of 'k' and 'v'. Found incorrect number of keys:${pair.size}`,
    );
  }
  return [pair.get('k'), pair.get('v')];
}

/** `$firstN` and `$lastN` of an array. */
const some = (take: (array: BsonValue[], n: number) => BsonValue[]): OperatorCompiler => {
  return (operand, scope, name) => {
    const { n, input } = namedOperands(operand, scope, name, ['n', 'input']);
    return (slots) => {
      const [count, array] = [n?.(slots), input?.(slots)];
      const most =
        int32Of(count) ??
        refuseWith(5_787_902, `Value for 'n' must be of integral type, but found ${typeNameOf(count)}`);
      if (most <= 0) refuseWith(5_787_908, `'n' must be greater than 0, found ${most}`);
      if (!Array.isArray(array)) return refuseWith(5_788_200, 'Input must be an array');
      return take(array, most);
    };
  };
};

const present = (array: BsonValue[]): BsonValue[] => array.filter((value) => !isNullish(value));

export const arrayOperators: Operators = {
  $arrayElemAt: fixed(2, 2, arrayElemAt),
  $arrayToObject: fixed(1, 1, arrayToObject),
  $concatArrays: variadic(concatArrays),
  $first: edge('$first', 0),
  $firstN: some((array, n) => array.slice(0, n)),
  $in: fixed(2, 2, inArray),
  $indexOfArray: fixed(2, 4, indexOfArray),
  $isArray: fixed(1, 1, ([value]) => Array.isArray(value)),
  $last: edge('$last', -1),
  $lastN: some((array, n) => array.slice(-n)),
  $maxN: some((array, n) =>
    present(array)
      .sort((left, right) => compareValues(right, left))
      .slice(0, n),
  ),
  $minN: some((array, n) => present(array).sort(compareValues).slice(0, n)),
  $range: fixed(2, 3, range),
  $reverseArray: fixed(1, 1, reverse),
  $size: fixed(1, 1, size),
  $slice: fixed(2, 3, slice),
  $sortArray: sortArray,
  $zip: zip,
};
