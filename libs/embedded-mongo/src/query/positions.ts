import type { BsonDocument, BsonValue } from '../bson/values.js';
import { compileFilter, isOperatorDocument } from './matcher.js';
import { arrayPosition, pathOf } from './paths.js';

const NEGATIVE = new Set(['$ne', '$nin', '$not', '$exists', '$size', '$type']);

/**
 * Which element of an array made a document match: what the positional `$` stands for. Of several conditions the last
 * one that looks into an array counts.
 */
export function matchedPosition(filter: BsonDocument, document: BsonDocument): number | undefined {
  let position: number | undefined;
  for (const [name, condition] of filter) {
    position = positionOf(name, condition, document) ?? position;
  }
  return position;
}

function positionOf(name: string, condition: BsonValue, document: BsonDocument): number | undefined {
  if (name === '$and' && Array.isArray(condition)) {
    return condition.reduce<number | undefined>((found, branch) => {
      return (branch instanceof Map ? matchedPosition(branch, document) : undefined) ?? found;
    }, undefined);
  }
  if (name === '$or' && Array.isArray(condition)) {
    const branch = condition.find((one) => one instanceof Map && compileFilter(one)(document));
    return branch instanceof Map ? matchedPosition(branch, document) : undefined;
  }
  return name.startsWith('$') ? undefined : elementPosition(name, condition, document);
}

function elementPosition(name: string, condition: BsonValue, document: BsonDocument): number | undefined {
  const path = pathOf(name);
  let value: BsonValue | undefined = document;
  for (const [at, component] of path.entries()) {
    value = value instanceof Map ? value.get(component) : undefined;
    if (!Array.isArray(value)) continue;
    const rest = path.slice(at + 1);
    if (arrayPosition(rest[0] ?? '') !== undefined) return undefined;
    return lastOf(conditionsOf(condition), value, ['array', ...rest].join('.'));
  }
  return undefined;
}

/** Conditions one by one, each of which must hold for some element; those that say what is not there are left out. */
function conditionsOf(condition: BsonValue): BsonValue[] {
  if (!isOperatorDocument(condition)) return [condition];
  return [...condition].flatMap(([operator, operand]): BsonValue[] => {
    if (NEGATIVE.has(operator) || operator === '$options') return [];
    if (operator === '$all' && Array.isArray(operand)) return operand;
    if (operator === '$regex')
      return [new Map([...condition].filter(([name]) => name === '$regex' || name === '$options'))];
    return [new Map([[operator, operand]])];
  });
}

function lastOf(conditions: readonly BsonValue[], array: readonly BsonValue[], path: string): number | undefined {
  let position: number | undefined;
  for (const condition of conditions) {
    const matches = compileFilter(new Map([[path, condition]]));
    const found = array.findIndex((element) => matches(new Map([['array', [element]]])));
    if (found >= 0) position = found;
  }
  return position;
}
