import { compareValues } from '../bson/compare.js';
import type { BsonValue } from '../bson/values.js';
import { DateTime, isNumeric, typeNameOf } from '../bson/values.js';
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

export const currentDate: Operator = (operand) => {
  const type = operand instanceof Map ? operand.get('$type') : operand;
  if (type === true || type === false || type === 'date') return () => new DateTime(BigInt(Date.now()));
  if (type === 'timestamp') return nextTimestamp;
  return refuse(
    'BadValue',
    `The '$type' string field is required to be 'date' or 'timestamp': ${describeValue(operand)}`,
  );
};
