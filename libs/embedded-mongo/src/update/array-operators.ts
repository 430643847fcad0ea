import { sameValue } from '../bson/compare.js';
import type { BsonValue } from '../bson/values.js';
import { typeNameOf } from '../bson/values.js';
import { refuse } from '../errors.js';
import { compileFilter, isOperatorDocument } from '../query/matcher.js';
import { comparisonTest, regexTest } from '../query/value-tests.js';
import { Regex } from '../bson/values.js';
import type { Operator } from './operators.js';

function arrayAt(current: BsonValue | undefined, name: string): readonly BsonValue[] {
  if (current === undefined) return [];
  if (Array.isArray(current)) return current;
  return refuse('BadValue', `The field '${name}' must be an array but is of type ${typeNameOf(current)}`);
}

/** The values to add: the operand, or those under `$each`. Other modifiers are refused by name. */
function valuesToAdd(operator: string, operand: BsonValue): readonly BsonValue[] {
  if (!(operand instanceof Map) || !operand.has('$each')) {
    if (isOperatorDocument(operand)) refuse('BadValue', `${operator} modifiers need $each`);
    return [operand];
  }
  for (const modifier of operand.keys()) {
    if (modifier !== '$each') refuse('BadValue', `Unrecognized clause in ${operator}: ${modifier} is not supported`);
  }
  const each = operand.get('$each');
  if (!Array.isArray(each)) {
    return refuse(
      'BadValue',
      `The argument to $each in ${operator} must be an array but it was of type ${typeNameOf(each)}`,
    );
  }
  return each;
}

export const push: Operator = (operand, name) => {
  const added = valuesToAdd('$push', operand);
  return (current) => (current !== undefined && added.length === 0 ? current : [...arrayAt(current, name), ...added]);
};

export const addToSet: Operator = (operand, name) => {
  const added = valuesToAdd('$addToSet', operand);
  return (current) => {
    const result = [...arrayAt(current, name)];
    for (const value of added) if (!result.some((member) => sameValue(member, value))) result.push(value);
    return result;
  };
};

/** Removes elements that equal the operand, or, for a document, those it matches as a filter. */
export const pull: Operator = (operand) => {
  const matches = pullTest(operand);
  return (current) => {
    if (current === undefined) return undefined;
    if (!Array.isArray(current)) return refuse('BadValue', 'Cannot apply $pull to a non-array value');
    return current.filter((element) => !matches(element));
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
