import { sameValue } from '../bson/compare.js';
import type { BsonDocument, BsonValue } from '../bson/values.js';
import { typeNameOf } from '../bson/values.js';
import { refuse } from '../errors.js';
import { compileFilter, isOperatorDocument } from '../query/matcher.js';
import { comparisonTest, regexTest } from '../query/value-tests.js';
import { Regex } from '../bson/values.js';
import { wholeNumberOf } from '../query/arguments.js';
import { describeValue } from '../storage/describe.js';
import type { FieldChange, Operator } from './operators.js';

export function arrayAt(current: BsonValue | undefined, name: string): readonly BsonValue[] {
  if (current === undefined) return [];
  if (Array.isArray(current)) return current;
  return refuse('BadValue', `The field '${name}' must be an array but is of type ${typeNameOf(current)} in document`);
}

export function eachOperand(operator: string, operand: BsonDocument): readonly BsonValue[] {
  const each = operand.get('$each');
  if (Array.isArray(each)) return each;
  return refuse(
    'BadValue',
    `The argument to $each in ${operator} must be an array but it was of type ${typeNameOf(each)}`,
  );
}

function valuesToAdd(operand: BsonValue): readonly BsonValue[] {
  if (!(operand instanceof Map) || operand.keys().next().value !== '$each') return [operand];
  for (const modifier of operand.keys()) {
    if (modifier !== '$each') refuse('BadValue', `Found unexpected fields after $each in $addToSet: ${modifier}`);
  }
  return eachOperand('$addToSet', operand);
}

export const addToSet: Operator = (operand, name) => {
  const added = valuesToAdd(operand);
  return (current) => {
    const result = [...arrayAt(current, name)];
    for (const value of added) if (!result.some((member) => sameValue(member, value))) result.push(value);
    return result;
  };
};

/** Removes elements that equal the operand, or, for a document, those it matches as a filter. */
export const pull: Operator = (operand) => removing('$pull', pullTest(operand));

/** Removes elements that equal one of those listed. */
export const pullAll: Operator = (operand) => {
  if (!Array.isArray(operand)) {
    return refuse('BadValue', `$pullAll requires an array argument but was given a ${typeNameOf(operand)}`);
  }
  return removing('$pullAll', (element) => operand.some((value) => sameValue(value, element)));
};

function removing(operator: string, matches: (element: BsonValue) => boolean): FieldChange {
  return (current) => {
    if (current === undefined) return undefined;
    if (!Array.isArray(current)) return refuse('BadValue', `Cannot apply ${operator} to a non-array value`);
    return current.filter((element) => !matches(element));
  };
}

/** Removes the first (-1) or the last (1) element. */
export const pop: Operator = (operand, name) => {
  const end = wholeNumberOf(operand);
  if (end !== 1 && end !== -1) {
    return refuse('FailedToParse', `$pop expects 1 or -1, found: ${describeValue(operand)}`);
  }
  return (current) => {
    if (current === undefined) return undefined;
    if (!Array.isArray(current)) {
      return refuse('TypeMismatch', `Path '${name}' contains an element of non-array type '${typeNameOf(current)}'`);
    }
    return end === 1 ? current.slice(0, -1) : current.slice(1);
  };
};

function pullTest(operand: BsonValue): (element: BsonValue) => boolean {
  if (operand instanceof Regex) return regexTest(operand.pattern, operand.options);
  if (!(operand instanceof Map)) return comparisonTest('$eq', operand);
  if (isOperatorDocument(operand)) {
    const matches = compileFilter(new Map([['element', operand]]));
    return (element) => matches(new Map([['element', element]]));
  }
  const matches = compileFilter(operand);
  return (element) => element instanceof Map && matches(element);
}
