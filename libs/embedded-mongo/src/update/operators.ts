import { compareValues } from '../bson/compare.js';
import type { BsonValue } from '../bson/values.js';
import { DateTime, int32, Int32, isNumeric, typeNameOf } from '../bson/values.js';
import { refuse } from '../errors.js';
import { describeValue } from '../storage/describe.js';
import type { Arithmetic } from './arithmetic.js';
import { combine, zeroLike } from './arithmetic.js';
import { nextTimestamp } from './timestamps.js';

/** What becomes of a field: `undefined` in and out is a missing field. */
export type FieldChange = (current: BsonValue | undefined) => BsonValue | undefined;

/** Checks an operand once and answers with the change it makes; `name` is the field's path, for messages. */
export type Operator = (operand: BsonValue, name: string) => FieldChange;

export const set: Operator = (operand) => () => operand;

export const unset: Operator = () => () => undefined;

export const minimum: Operator = (operand) => (current) =>
  current === undefined || compareValues(operand, current) < 0 ? operand : current;

export const maximum: Operator = (operand) => (current) =>
  current === undefined || compareValues(operand, current) > 0 ? operand : current;

const arithmetic =
  (operator: '$inc' | '$mul', operation: Arithmetic): Operator =>
  (operand, name) => {
    if (!isNumeric(operand)) {
      const verb = operator === '$inc' ? 'increment' : 'multiply';
      return refuse('TypeMismatch', `Cannot ${verb} with non-numeric argument: {${name}: ${describeValue(operand)}}`);
    }
    return (current) => {
      if (current === undefined) return operator === '$inc' ? operand : zeroLike(operand);
      if (!isNumeric(current)) {
        return refuse(
          'TypeMismatch',
          `Cannot apply ${operator} to a value of non-numeric type. The field '${name}' is of type ${typeNameOf(current)}`,
        );
      }
      return (
        combine(operation, current, operand) ??
        refuse('BadValue', `Failed to apply ${operator} operations to current value (${describeValue(current)})`)
      );
    };
  };

export const increment = arithmetic('$inc', 'add');
export const multiply = arithmetic('$mul', 'multiply');

const BIT_OPERATIONS: Readonly<Record<string, (left: bigint, right: bigint) => bigint>> = {
  and: (left, right) => left & right,
  or: (left, right) => left | right,
  xor: (left, right) => left ^ right,
};

const isWhole = (value: BsonValue | undefined): value is Int32 | bigint =>
  value instanceof Int32 || typeof value === 'bigint';

/** `$bit`: operations on whole numbers; the wider of the two types wins. */
export const bit: Operator = (operand, name) => {
  if (!(operand instanceof Map) || operand.size === 0) {
    return refuse(
      'BadValue',
      `The $bit modifier is not compatible with a ${typeNameOf(operand)}. You must pass in an embedded document: {$bit: {field: {and/or/xor: #}}`,
    );
  }
  const steps = [...operand].map(([operation, number]) => {
    const work = Object.hasOwn(BIT_OPERATIONS, operation) ? BIT_OPERATIONS[operation] : undefined;
    if (work === undefined) {
      return refuse(
        'BadValue',
        `The $bit modifier only supports 'and', 'or', and 'xor', not '${operation}' which is an unknown operator: {${name}: ${describeValue(operand)}}`,
      );
    }
    if (!isWhole(number)) {
      return refuse(
        'BadValue',
        `The $bit modifier field must be an Integer(32/64 bit); a '${typeNameOf(number)}' is not supported here: {${operation}: ${describeValue(number)}}`,
      );
    }
    return { work, number };
  });
  return (current) => {
    const start = current ?? int32(0);
    if (!isWhole(start)) {
      return refuse(
        'BadValue',
        `Cannot apply $bit to a value of non-integral type.{${name}: ${describeValue(start)}} has the field ${name} of non-integer type ${typeNameOf(start)}`,
      );
    }
    return steps.reduce<Int32 | bigint>((reached, { work, number }) => {
      const result = work(asBigint(reached), asBigint(number));
      return typeof reached === 'bigint' || typeof number === 'bigint' ? result : int32(Number(result));
    }, start);
  };
};

const asBigint = (value: Int32 | bigint): bigint => (typeof value === 'bigint' ? value : BigInt(value.value));

export const currentDate: Operator = (operand) => {
  const type = operand instanceof Map ? operand.get('$type') : operand;
  if (type === true || type === false || type === 'date') return () => new DateTime(BigInt(Date.now()));
  if (type === 'timestamp') return nextTimestamp;
  return refuse(
    'BadValue',
    `The '$type' string field is required to be 'date' or 'timestamp': ${describeValue(operand)}`,
  );
};
