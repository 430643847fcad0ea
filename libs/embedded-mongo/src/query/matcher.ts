import type { BsonDocument, BsonValue } from '../bson/values.js';
import { documentOf, Regex, typeNameOf } from '../bson/values.js';
import { compileExpression, noVariables, type Variables } from '../aggregate/expressions/expressions.js';
import { truthy } from '../aggregate/expressions/operands.js';
import { refuse } from '../errors.js';
import { documentArgument, flagOf, wholeNumberOf } from './arguments.js';
import type { ValueTest } from './paths.js';
import { pathOf, someAtPath } from './paths.js';
import { bitTest, modTest } from './number-tests.js';
import { comparisonTest, membershipTest, regexTest, typeTest } from './value-tests.js';

export type Matcher = (document: BsonDocument) => boolean;

/** Operators under a field. */
export const fieldOperators: readonly string[] = [
  ...[
    '$eq',
    '$ne',
    '$gt',
    '$gte',
    '$lt',
    '$lte',
    '$in',
    '$nin',
    '$exists',
    '$type',
    '$regex',
    '$options',
    '$mod',
    '$size',
  ],
  ...['$all', '$elemMatch', '$not', '$bitsAllClear', '$bitsAllSet', '$bitsAnyClear', '$bitsAnySet'],
];

/** Operators that stand by themselves. */
export const logicalOperators: readonly string[] = [
  ...['$and', '$or', '$nor', '$expr', '$comment', '$alwaysTrue', '$alwaysFalse'],
];

/** Query operators of MongoDB that are refused by name; every other unknown name is not one of MongoDB's. */
export const refusedFilterOperators: readonly string[] = [
  ...['$where', '$text', '$jsonSchema', '$near', '$nearSphere', '$geoWithin', '$geoIntersects', '$sampleRate'],
];

/** Levels of `$and`, `$or`, `$not`, `$elemMatch` inside each other. */
const MAX_FILTER_DEPTH = 100;

export interface FilterOptions {
  /** Variables that `$expr` may use. */
  readonly variables?: Variables;
}

/** Compiles a filter. What is not supported is refused with MongoDB's code and the operator's name. */
export function compileFilter(filter: BsonDocument, { variables = noVariables }: FilterOptions = {}): Matcher {
  return compileConditions(filter, { variables, depth: 0 });
}

interface Context {
  readonly variables: Variables;
  readonly depth: number;
}

const deeper = ({ variables, depth }: Context): Context => ({ variables, depth: depth + 1 });

function compileConditions(filter: BsonDocument, context: Context): Matcher {
  const { depth } = context;
  if (depth > MAX_FILTER_DEPTH) refuse('BadValue', `query is nested deeper than ${MAX_FILTER_DEPTH} levels`);
  const matchers: Matcher[] = [];
  for (const [name, value] of filter) {
    const matcher = name.startsWith('$') ? logical(name, value, context) : field(name, value, context);
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

function logical(name: string, value: BsonValue, context: Context): Matcher | undefined {
  switch (name) {
    case '$and':
      return all(branches(name, value, context));
    case '$or': {
      const matchers = branches(name, value, context);
      return (document) => matchers.some((matches) => matches(document));
    }
    case '$nor': {
      const matchers = branches(name, value, context);
      return (document) => !matchers.some((matches) => matches(document));
    }
    case '$comment':
      return undefined;
    case '$expr': {
      const expression = compileExpression(value, context.variables);
      return (document) => truthy(expression(document));
    }
    case '$alwaysTrue':
      return () => true;
    case '$alwaysFalse':
      return () => false;
    default:
      if (refusedFilterOperators.includes(name))
        refuse('CommandNotSupported', `The query operator ${name} is not supported`);
      return refuse(
        'BadValue',
        `unknown top level operator: ${name}. If you have a field name that starts with a '$' symbol, consider using ` +
          '$getField or $setField.',
      );
  }
}

function branches(name: string, value: BsonValue, context: Context): Matcher[] {
  if (!Array.isArray(value)) return refuse('BadValue', `${name} must be an array`);
  if (value.length === 0) return refuse('BadValue', '$and/$or/$nor must be a nonempty array');
  return value.map((branch) => {
    if (!(branch instanceof Map)) return refuse('BadValue', '$or/$and/$nor entries need to be full objects');
    return compileConditions(branch, deeper(context));
  });
}

function field(name: string, condition: BsonValue, context: Context): Matcher {
  const path = pathOf(name);
  if (isOperatorDocument(condition)) return all(operatorMatchers(name, condition, context));
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

function operatorMatchers(name: string, operators: BsonDocument, context: Context): Matcher[] {
  const path = pathOf(name);
  return [...operators].flatMap(([operator, operand]) => {
    if (operator === '$options') {
      return operators.has('$regex') ? [] : refuse('BadValue', '$options needs a $regex');
    }
    const { test, wholeLeaf, negated } = operatorTest(operator, operand, operators, context);
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

function operatorTest(operator: string, operand: BsonValue, siblings: BsonDocument, context: Context): OperatorTest {
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
      return { test: elementTest(operand, context), wholeLeaf: true };
    case '$all':
      return allTest(operand, context);
    case '$not':
      return notTest(operand, context);
    case '$mod':
      return { test: modTest(operand) };
    case '$bitsAllSet':
    case '$bitsAllClear':
    case '$bitsAnySet':
    case '$bitsAnyClear':
      return { test: bitTest(operator, operand) };
    default:
      if (refusedFilterOperators.includes(operator))
        refuse('CommandNotSupported', `The query operator ${operator} is not supported`);
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

/** An array inside an array is looked at as a document whose fields are the positions. */
const isContainer = (value: BsonValue): value is BsonDocument | BsonValue[] =>
  value instanceof Map || Array.isArray(value);

const fieldsOf = (value: BsonDocument | BsonValue[]): BsonDocument =>
  value instanceof Map ? value : new Map(value.map((element, index) => [String(index), element]));

/** `$elemMatch`: by operators on the elements themselves, or by a filter on elements that are documents. */
function elementTest(operand: BsonValue, context: Context): ValueTest {
  if (!(operand instanceof Map)) return refuse('BadValue', '$elemMatch needs an Object');
  const first = operand.keys().next().value ?? '';
  if (first.startsWith('$') && !['$and', '$or', '$nor'].includes(first)) {
    const matches = compileConditions(new Map([['element', operand]]), deeper(context));
    return (value) =>
      Array.isArray(value) &&
      value.some((element) => !Array.isArray(element) && matches(new Map([['element', element]])));
  }
  const matches = compileConditions(operand, deeper(context));
  return (value) => Array.isArray(value) && value.some((element) => isContainer(element) && matches(fieldsOf(element)));
}

/** `$elemMatch` on its own, as a test of an array. */
export const compileElementTest = (operand: BsonValue): ValueTest =>
  elementTest(operand, { variables: noVariables, depth: 0 });

function allTest(operand: BsonValue, context: Context): OperatorTest {
  if (!Array.isArray(operand)) return refuse('BadValue', '$all needs an array');
  const tests = operand.map((wanted): ValueTest => {
    if (wanted instanceof Map && wanted.has('$elemMatch'))
      return elementTest(wanted.get('$elemMatch') ?? null, context);
    if (isOperatorDocument(wanted)) return refuse('BadValue', 'no $ expressions in $all');
    const test = wanted instanceof Regex ? regexTest(wanted.pattern, wanted.options) : comparisonTest('$eq', wanted);
    return (value) => (Array.isArray(value) && value.some((element) => test(element))) || test(value);
  });
  return { test: (value) => tests.length > 0 && tests.every((test) => test(value)), wholeLeaf: true };
}

function notTest(operand: BsonValue, context: Context): OperatorTest {
  if (operand instanceof Regex) return { test: regexTest(operand.pattern, operand.options), negated: true };
  const operators = operand instanceof Map ? operand : refuse('BadValue', '$not needs a regex or a document');
  if (operators.size === 0) return refuse('BadValue', '$not cannot be empty');
  if (!isOperatorDocument(operators)) return refuse('BadValue', `$not needs a document of operators`);
  const matches = compileConditions(new Map([['value', documentArgument(operators, '$not')]]), deeper(context));
  return {
    test: (value) => matches(value === undefined ? documentOf() : documentOf({ value })),
    wholeLeaf: true,
    negated: true,
  };
}
