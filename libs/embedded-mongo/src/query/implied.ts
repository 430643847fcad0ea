import { compareValues, sameValue, typeOrder } from '../bson/compare.js';
import type { BsonDocument, BsonValue } from '../bson/values.js';
import { flagOf } from './arguments.js';
import { compileFilter, isOperatorDocument } from './matcher.js';

interface Condition {
  readonly field: string;
  /** `$eq` for a plain value. */
  readonly operator: string;
  readonly operand: BsonValue;
}

/** Conditions that must all hold; undefined where the filter has others as well. */
function conditionsOf(filter: BsonDocument, others: () => void): Condition[] {
  return [...filter].flatMap(([name, condition]): Condition[] => {
    if (name === '$and' && Array.isArray(condition)) {
      return condition.flatMap((branch) => (branch instanceof Map ? conditionsOf(branch, others) : []));
    }
    if (name.startsWith('$')) {
      others();
      return [];
    }
    if (!isOperatorDocument(condition)) return [{ field: name, operator: '$eq', operand: condition }];
    return [...condition].map(([operator, operand]) => ({ field: name, operator, operand }));
  });
}

/** Whether every document that a query finds must be in a partial index; in doubt not. */
export function implies(query: BsonDocument, partial: BsonDocument): boolean {
  let plain = true;
  const needed = conditionsOf(partial, () => (plain = false));
  const given = conditionsOf(query, () => undefined);
  return (
    plain && needed.every((condition) => given.some((one) => one.field === condition.field && covers(one, condition)))
  );
}

function covers(given: Condition, needed: Condition): boolean {
  if (given.operator === needed.operator && sameValue(given.operand, needed.operand)) return true;
  if (given.operator === '$eq') return given.operand !== null && satisfies(given.operand, needed);
  if (given.operator === '$in' && Array.isArray(given.operand)) {
    return given.operand.every((value) => value !== null && satisfies(value, needed));
  }
  if (!BOUNDS.has(given.operator)) return false;
  if (needed.operator === '$exists') return flagOf(needed.operand) && given.operand !== null;
  return typeOrder(given.operand) === typeOrder(needed.operand) && isTighter(given, needed);
}

const BOUNDS = new Set(['$gt', '$gte', '$lt', '$lte']);

function satisfies(value: BsonValue, { field, operator, operand }: Condition): boolean {
  if (Array.isArray(value) || field.includes('.')) return false;
  return compileFilter(new Map([[field, new Map([[operator, operand]])]]))(new Map([[field, value]]));
}

function isTighter(given: Condition, needed: Condition): boolean {
  if (given.operator.slice(0, 3) !== needed.operator.slice(0, 3)) return false;
  const difference = compareValues(given.operand, needed.operand) * (given.operator.startsWith('$g') ? 1 : -1);
  const strictEnough = given.operator.length === 3 || needed.operator.length === 4;
  return difference > 0 || (difference === 0 && strictEnough);
}
