import type { BsonDocument, BsonValue } from '../../bson/values.js';
import { documentOf, typeNameOf } from '../../bson/values.js';
import { refuseWith } from '../../errors.js';
import { describeValue } from '../../storage/describe.js';
import { compile } from './compile.js';
import { documentOperand, fixed, isNullish, variadic } from './operands.js';
import type { OperatorCompiler, Operators } from './scope.js';

type Value = BsonValue | undefined;

function mergeObjects(values: readonly Value[]): Value {
  const [only] = values;
  const inputs = values.length === 1 && Array.isArray(only) ? only : values;
  const result: BsonDocument = new Map();
  for (const value of inputs) {
    if (isNullish(value)) continue;
    if (!(value instanceof Map)) {
      return refuseWith(
        40_400,
        `$mergeObjects requires object inputs, but input ${describeValue(value)} is of type ${typeNameOf(value)}`,
      );
    }
    for (const [name, field] of value) result.set(name, field);
  }
  return result;
}

function objectToArray([object]: readonly Value[]): Value {
  if (isNullish(object)) return null;
  if (!(object instanceof Map)) {
    return refuseWith(40_390, `$objectToArray requires a document input, found: ${typeNameOf(object)}`);
  }
  return [...object].map(([k, v]) => documentOf({ k, v }));
}

const getField: OperatorCompiler = (operand, scope) => {
  const named = operand instanceof Map && (operand.has('field') || operand.has('input'));
  const document = named ? documentOperand(operand, '$getField') : documentOf({ field: operand });
  const field = compile(
    document.get('field') ?? refuseWith(3_041_702, "$getField requires 'field' to be specified"),
    scope,
  );
  const input = compile(document.get('input') ?? '$$CURRENT', scope);
  return (slots) => {
    const name = field(slots);
    if (typeof name !== 'string') {
      return refuseWith(
        3_041_704,
        `$getField requires 'field' to evaluate to type String, but got ${typeNameOf(name)}`,
      );
    }
    const object = input(slots);
    if (isNullish(object)) return object === null ? null : undefined;
    return object instanceof Map ? object.get(name) : undefined;
  };
};

const fieldSetter = (withValue: boolean): OperatorCompiler => {
  return (operand, scope, name) => {
    const document = documentOperand(operand, name);
    const field = document.get('field');
    if (typeof field !== 'string') {
      return refuseWith(4_161_107, `${name} requires 'field' to evaluate to a constant of type String`);
    }
    const input = compile(
      document.get('input') ?? refuseWith(4_161_109, `${name} requires 'input' to be specified`),
      scope,
    );
    const value = withValue
      ? compile(document.get('value') ?? refuseWith(4_161_103, `${name} requires 'value' to be specified`), scope)
      : () => undefined;
    return (slots) => {
      const object = input(slots);
      if (isNullish(object)) return null;
      if (!(object instanceof Map)) {
        return refuseWith(4_161_105, `${name} requires 'input' to evaluate to type Object`);
      }
      const result = new Map(object);
      const set = value(slots);
      if (set === undefined) result.delete(field);
      else result.set(field, set);
      return result;
    };
  };
};

export const objectOperators: Operators = {
  $getField: getField,
  $mergeObjects: variadic(mergeObjects),
  $objectToArray: fixed(1, 1, objectToArray),
  $setField: fieldSetter(true),
  $unsetField: fieldSetter(false),
};
