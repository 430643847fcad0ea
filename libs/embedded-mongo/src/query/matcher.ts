import type { BsonDocument, BsonValue } from '../bson/values.js';
import { documentOf, Regex, typeNameOf } from '../bson/values.js';
import { refuse } from '../errors.js';
import { documentArgument, flagOf, wholeNumberOf } from './arguments.js';
import type { ValueTest } from './paths.js';
import { pathOf, someAtPath } from './paths.js';
import { comparisonTest, membershipTest, regexTest, typeTest } from './value-tests.js';

export type Matcher = (document: BsonDocument) => boolean;

/** Levels of `$and`, `$or`, `$not`, `$elemMatch` inside each other. */
const MAX_FILTER_DEPTH = 100;

/** Compiles a filter. What is not supported is refused with MongoDB's code and the operator's name. */
export function compileFilter(filter: BsonDocument, depth = 0): Matcher {
  if (depth > MAX_FILTER_DEPTH) refuse('BadValue', `query is nested deeper than ${MAX_FILTER_DEPTH} levels`);
  const matchers: Matcher[] = [];
  for (const [name, value] of filter) {
    const matcher = name.startsWith('$') ? logical(name, value, depth) : field(name, value, depth);
    if (matcher !== undefined) matchers.push(matcher);
  }
  return all(matchers);
}

function all(matchers: readonly Matcher[]): Matcher {
  const [first, second] = matchers;
  if (first === undefined) return () => true;
  if (second === undefined) return first;
  if (matchers.length === 2) return (document) => first(document) && second(document);
  return (document) => matchers.every((matches) => matches(document));
}

function logical(name: string, value: BsonValue, depth: number): Matcher | undefined {
  switch (name) {
    case '$and':
      return all(branches(name, value, depth));
    case '$or': {
      const matchers = branches(name, value, depth);
      return (document) => matchers.some((matches) => matches(document));
    }
    case '$nor': {
      const matchers = branches(name, value, depth);
      return (document) => !matchers.some((matches) => matches(document));
    }
    case '$comment':
      return undefined;
    case '$alwaysTrue':
      return () => true;
    case '$alwaysFalse':
      return () => false;
    default:
      return refuse('BadValue', `unknown top level operator: ${name}. This engine does not support it here.`);
  }
}

function branches(name: string, value: BsonValue, depth: number): Matcher[] {
  if (!Array.isArray(value)) return refuse('BadValue', `${name} must be an array`);
  if (value.length === 0) return refuse('BadValue', '$and/$or/$nor must be a nonempty array');
  return value.map((branch) => {
    if (!(branch instanceof Map)) return refuse('BadValue', '$or/$and/$nor entries need to be full objects');
    return compileFilter(branch, depth + 1);
  });
}

function field(name: string, condition: BsonValue, depth: number): Matcher {
  const path = pathOf(name);
  if (isOperatorDocument(condition)) return all(operatorMatchers(name, condition, depth));
  const test =
    condition instanceof Regex ? regexTest(condition.pattern, condition.options) : comparisonTest('$eq', condition);
  const [only] = path;
  if (path.length === 1 && only !== undefined) return topLevel(only, test);
  return (document) => someAtPath(document, path, test);
}

/** The commonest condition, equality of a top-level field, without the walk. */
function topLevel(name: string, test: ValueTest): Matcher {
  return (document) => {
    const value = document.get(name);
    return (Array.isArray(value) && value.some((element) => test(element))) || test(value);
  };
}

/** Whether a condition is made of operators; a document that begins with an operator must be all operators. */
export function isOperatorDocument(condition: BsonValue): condition is BsonDocument {
  if (!(condition instanceof Map)) return false;
  const first = condition.keys().next().value;
  return first !== undefined && first.startsWith('$') && !['$ref', '$id', '$db'].includes(first);
}

function operatorMatchers(name: string, operators: BsonDocument, depth: number): Matcher[] {
  const path = pathOf(name);
  return [...operators].flatMap(([operator, operand]) => {
    if (operator === '$options') {
      return operators.has('$regex') ? [] : refuse('BadValue', '$options needs a $regex');
    }
    const { test, wholeLeaf, negated } = operatorTest(operator, operand, operators, depth);
    return [
      negated === true
        ? (document: BsonDocument) => !someAtPath(document, path, test, wholeLeaf)
        : (document: BsonDocument) => someAtPath(document, path, test, wholeLeaf),
    ];
  });
}

interface OperatorTest {
  readonly test: ValueTest;
  /** Test an array at the end of the path as a whole only. */
  readonly wholeLeaf?: boolean;
  /** The condition holds where no value passes the test. */
  readonly negated?: boolean;
}

function operatorTest(operator: string, operand: BsonValue, siblings: BsonDocument, depth: number): OperatorTest {
  switch (operator) {
    case '$eq':
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      if (operand instanceof Regex && operator !== '$eq') {
        return refuse('BadValue', `Can't have RegEx as arg to predicate over field with ${operator}`);
      }
      return { test: comparisonTest(operator, operand) };
    case '$ne':
      if (operand instanceof Regex) return refuse('BadValue', "Can't have regex as arg to $ne.");
      return { test: comparisonTest('$eq', operand), negated: true };
    case '$in':
      return { test: membershipTest(listOperand(operator, operand)) };
    case '$nin':
      return { test: membershipTest(listOperand(operator, operand)), negated: true };
    case '$exists':
      return { test: (value) => value !== undefined, wholeLeaf: true, negated: !flagOf(operand) };
    case '$type':
      return { test: typeTest(operand) };
    case '$regex':
      return { test: regexOperand(operand, siblings.get('$options')) };
    case '$size':
      return { test: sizeTest(operand), wholeLeaf: true };
    case '$elemMatch':
      return { test: elementTest(operand, depth), wholeLeaf: true };
    case '$all':
      return allTest(operand, depth);
    case '$not':
      return notTest(operand, depth);
    default:
      return refuse('BadValue', `unknown operator: ${operator}`);
  }
}

function listOperand(operator: string, operand: BsonValue): BsonValue[] {
  if (!Array.isArray(operand)) return refuse('BadValue', `${operator} needs an array`);
  if (operand.some(isOperatorDocument)) return refuse('BadValue', `cannot nest $ under ${operator}`);
  return operand;
}

function regexOperand(operand: BsonValue, options: BsonValue | undefined): ValueTest {
  if (options !== undefined && typeof options !== 'string') return refuse('BadValue', '$options has to be a string');
  if (operand instanceof Regex) return regexTest(operand.pattern, options ?? operand.options);
  if (typeof operand !== 'string') return refuse('BadValue', '$regex has to be a string');
  return regexTest(operand, options ?? '');
}

function sizeTest(operand: BsonValue): ValueTest {
  const size = wholeNumberOf(operand);
  if (size === undefined)
    return refuse('FailedToParse', `Failed to parse $size. Expected a number, got ${typeNameOf(operand)}`);
  if (size < 0) return refuse('FailedToParse', `Failed to parse $size. Expected a non-negative number in: ${size}`);
  return (value) => Array.isArray(value) && value.length === size;
}

/** `$elemMatch`: by operators on the elements themselves, or by a filter on elements that are documents. */
function elementTest(operand: BsonValue, depth: number): ValueTest {
  if (!(operand instanceof Map)) return refuse('BadValue', '$elemMatch needs an Object');
  const first = operand.keys().next().value ?? '';
  if (first.startsWith('$') && !['$and', '$or', '$nor'].includes(first)) {
    const matches = compileFilter(new Map([['element', operand]]), depth + 1);
    return (value) =>
      Array.isArray(value) &&
      value.some((element) => !Array.isArray(element) && matches(new Map([['element', element]])));
  }
  const matches = compileFilter(operand, depth + 1);
  return (value) => Array.isArray(value) && value.some((element) => element instanceof Map && matches(element));
}

function allTest(operand: BsonValue, depth: number): OperatorTest {
  if (!Array.isArray(operand)) return refuse('BadValue', '$all needs an array');
  const tests = operand.map((wanted): ValueTest => {
    if (wanted instanceof Map && wanted.has('$elemMatch')) return elementTest(wanted.get('$elemMatch') ?? null, depth);
    if (isOperatorDocument(wanted)) return refuse('BadValue', 'no $ expressions in $all');
    const test = wanted instanceof Regex ? regexTest(wanted.pattern, wanted.options) : comparisonTest('$eq', wanted);
    return (value) => (Array.isArray(value) && value.some((element) => test(element))) || test(value);
  });
  return { test: (value) => tests.length > 0 && tests.every((test) => test(value)), wholeLeaf: true };
}

function notTest(operand: BsonValue, depth: number): OperatorTest {
  if (operand instanceof Regex) return { test: regexTest(operand.pattern, operand.options), negated: true };
  const operators = operand instanceof Map ? operand : refuse('BadValue', '$not needs a regex or a document');
  if (operators.size === 0) return refuse('BadValue', '$not cannot be empty');
  if (!isOperatorDocument(operators)) return refuse('BadValue', `$not needs a document of operators`);
  const matches = compileFilter(new Map([['value', documentArgument(operators, '$not')]]), depth + 1);
  return {
    test: (value) => matches(value === undefined ? documentOf() : documentOf({ value })),
    wholeLeaf: true,
    negated: true,
  };
}

const LOGICAL = new Set(['$and', '$or', '$nor']);

/** The top-level fields that a filter looks at; undefined where it may look at all of them. */
export function filteredFields(filter: BsonDocument): Set<string> | undefined {
  const names = new Set<string>();
  return collectFields(filter, names) ? names : undefined;
}

function collectFields(filter: BsonValue, names: Set<string>): boolean {
  if (!(filter instanceof Map)) return false;
  for (const [name, condition] of filter) {
    if (LOGICAL.has(name)) {
      if (!Array.isArray(condition) || !condition.every((branch) => collectFields(branch, names))) return false;
    } else if (name.startsWith('$')) {
      if (name !== '$comment') return false;
    } else {
      names.add(name.split('.', 1)[0] ?? name);
    }
  }
  return true;
}
