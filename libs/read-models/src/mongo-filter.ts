import { isHiddenField } from './document-state.js';
import type { Comparison, Filter, Scalar } from './filter.js';

/** Most values of one `$in`. */
const maximumChoices = 1_000;

const operators = new Set(['$in', '$ne', '$gt', '$gte', '$lt', '$lte']);

/**
 * A filter in MongoDB's words. Anything that is not plainly a comparison is a bug of the caller, and refused: a condition
 * lost on the way would show documents that are not the reader's.
 * @param prefix where the fields lie inside the stored document, such as `value.`
 * @throws {TypeError} a field or a comparison that is not allowed, or undefined
 */
export function toMongoFilter(filter: Filter, prefix = ''): Record<string, Scalar | Comparison> {
  const conditions: Record<string, Scalar | Comparison> = {};
  for (const [field, condition] of Object.entries(filter)) {
    if (field === '' || field.startsWith('$') || field.includes('\0') || isHiddenField(field))
      throw new TypeError(`'${field}' is not a field to filter by`);
    if (!isScalar(condition)) assertComparison(field, condition);
    conditions[field === 'id' && prefix === '' ? '_id' : `${prefix}${field}`] = condition;
  }
  return conditions;
}

function assertComparison(field: string, comparison: unknown): void {
  if (typeof comparison !== 'object' || comparison === null || Object.keys(comparison).length === 0)
    throw new TypeError(`the condition on '${field}' is missing`);
  for (const [operator, operand] of Object.entries(comparison)) {
    if (!operators.has(operator)) throw new TypeError(`'${operator}' on '${field}' is not a comparison`);
    const sound = operator === '$in' ? isChoice(operand) : isScalar(operand);
    if (!sound) throw new TypeError(`'${operator}' on '${field}' needs plain values`);
  }
}

const isChoice = (operand: unknown): boolean =>
  Array.isArray(operand) && operand.length <= maximumChoices && operand.every(isScalar);

const isScalar = (value: unknown): value is Scalar =>
  value === null || ['string', 'number', 'bigint', 'boolean'].includes(typeof value);
