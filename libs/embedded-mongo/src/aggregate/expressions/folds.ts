import type { BsonValue } from '../../bson/values.js';
import { accumulators } from '../accumulators.js';
import { operandList } from './operands.js';
import type { OperatorCompiler, Operators } from './scope.js';

/** An accumulator as an expression: over its operands, or over the elements of its one operand where that is an array. */
const fold = (name: '$sum' | '$avg' | '$min' | '$max' | '$stdDevPop' | '$stdDevSamp'): OperatorCompiler => {
  return (operand, scope) => {
    const parts = operandList(operand, scope);
    return (slots) => {
      const values = parts.map((part) => part(slots));
      const [only] = values;
      const gathered: readonly (BsonValue | undefined)[] = parts.length === 1 && Array.isArray(only) ? only : values;
      const accumulator = accumulators[name](() => undefined);
      for (const value of gathered) accumulator.add(value);
      return accumulator.result();
    };
  };
};

export const foldOperators: Operators = {
  $avg: fold('$avg'),
  $max: fold('$max'),
  $min: fold('$min'),
  $stdDevPop: fold('$stdDevPop'),
  $stdDevSamp: fold('$stdDevSamp'),
  $sum: fold('$sum'),
};
