import type { BsonValue } from '../../bson/values.js';
import { typeNameOf } from '../../bson/values.js';
import { refuse, refuseWith } from '../../errors.js';
import { checkVariableName, compile } from './compile.js';
import { documentOperand, int32Of, isNullish, truthy } from './operands.js';
import type { Expression, OperatorCompiler, Operators, Scope } from './scope.js';

const letOperator: OperatorCompiler = (operand, scope) => {
  const document = documentOperand(operand, '$let');
  for (const name of document.keys()) {
    if (name !== 'vars' && name !== 'in') refuseWith(16_875, `Unrecognized parameter to $let: ${name}`);
  }
  const vars = document.get('vars') ?? refuseWith(16_876, "Missing 'vars' parameter to $let");
  const body = document.get('in') ?? refuseWith(16_877, "Missing 'in' parameter to $let");
  const definitions = [...documentOperand(vars, '$let')].map(([name, value]) => {
    checkVariableName(name);
    return { name, value: compile(value, scope) };
  });
  const inner = scope.with(definitions.map(({ name }) => name));
  const run = compile(body, inner.scope);
  return (slots) => {
    const values = definitions.map(({ value }) => value(slots));
    inner.slots.forEach((slot, index) => (slots[slot] = values[index]));
    return run(slots);
  };
};

interface Loop {
  readonly input: Expression;
  readonly slot: number;
  readonly scope: Scope;
}

/** `input` and `as` of an operator that looks at each element. */
function loop(operand: ReadonlyMap<string, BsonValue>, scope: Scope, missing: () => never): Loop {
  const input = operand.get('input') ?? missing();
  const as = operand.get('as') ?? 'this';
  if (typeof as !== 'string') return refuse('TypeMismatch', `'as' must be a string, found: ${typeNameOf(as)}`);
  if (as !== 'this') checkVariableName(as);
  const inner = scope.with([as]);
  return { input: compile(input, scope), slot: inner.slots[0] ?? 0, scope: inner.scope };
}

function checkNames(
  operand: ReadonlyMap<string, BsonValue>,
  known: readonly string[],
  code: number,
  name: string,
): void {
  for (const argument of operand.keys()) {
    if (!known.includes(argument)) refuseWith(code, `Unrecognized parameter to ${name}: ${argument}`);
  }
}

const map: OperatorCompiler = (operand, scope) => {
  const document =
    operand instanceof Map ? operand : refuseWith(16_878, '$map only supports an object as its argument');
  checkNames(document, ['input', 'as', 'in'], 16_879, '$map');
  const {
    input,
    slot,
    scope: inner,
  } = loop(document, scope, () => refuseWith(16_880, "Missing 'input' parameter to $map"));
  const body = compile(document.get('in') ?? refuseWith(16_882, "Missing 'in' parameter to $map"), inner);
  return (slots) => {
    const values = input(slots);
    if (isNullish(values)) return null;
    if (!Array.isArray(values)) return refuseWith(16_883, `input to $map must be an array not ${typeNameOf(values)}`);
    return values.map((value) => {
      slots[slot] = value;
      return body(slots) ?? null;
    });
  };
};

const filter: OperatorCompiler = (operand, scope) => {
  const document =
    operand instanceof Map ? operand : refuseWith(28_646, `$filter only supports an object as its argument`);
  checkNames(document, ['input', 'as', 'cond', 'limit'], 28_647, '$filter');
  const {
    input,
    slot,
    scope: inner,
  } = loop(document, scope, () => refuseWith(28_648, "Missing 'input' parameter to $filter"));
  const condition = compile(document.get('cond') ?? refuseWith(28_650, "Missing 'cond' parameter to $filter"), inner);
  const limitSource = document.get('limit');
  const limit = limitSource === undefined ? undefined : compile(limitSource, scope);
  return (slots) => {
    const values = input(slots);
    if (isNullish(values)) return null;
    if (!Array.isArray(values))
      return refuseWith(28_651, `input to $filter must be an array not ${typeNameOf(values)}`);
    const most = limitOf(limit?.(slots));
    const kept: BsonValue[] = [];
    for (const value of values) {
      slots[slot] = value;
      if (truthy(condition(slots))) kept.push(value);
      if (kept.length >= most) break;
    }
    return kept;
  };
};

function limitOf(value: BsonValue | undefined): number {
  if (isNullish(value)) return Number.POSITIVE_INFINITY;
  const limit = int32Of(value);
  if (limit === undefined) return refuseWith(327_391, '$filter: limit must be represented as a 32-bit integral value');
  if (limit < 1) refuseWith(327_392, `$filter: limit must be greater than 0: ${limit}`);
  return limit;
}

const reduce: OperatorCompiler = (operand, scope) => {
  const document =
    operand instanceof Map
      ? operand
      : refuseWith(40_075, `$reduce requires an object as an argument, found: ${typeNameOf(operand)}`);
  for (const name of document.keys()) {
    if (!['input', 'initialValue', 'in'].includes(name))
      refuseWith(40_076, `$reduce found an unknown argument: ${name}`);
  }
  const needed = (name: string, code: number) =>
    document.get(name) ?? refuseWith(code, `$reduce requires '${name}' to be specified`);
  const input = compile(needed('input', 40_077), scope);
  const initial = compile(needed('initialValue', 40_078), scope);
  const inner = scope.with(['this', 'value']);
  const body = compile(needed('in', 40_079), inner.scope);
  const [thisSlot = 0, valueSlot = 0] = inner.slots;
  return (slots) => {
    const values = input(slots);
    if (isNullish(values)) return null;
    if (!Array.isArray(values)) {
      return refuseWith(40_080, `$reduce requires that 'input' be an array, found: ${typeNameOf(values)}`);
    }
    let reached = initial(slots);
    for (const value of values) {
      slots[thisSlot] = value;
      slots[valueSlot] = reached;
      reached = body(slots);
    }
    return reached;
  };
};

export const bindingOperators: Operators = {
  $filter: filter,
  $let: letOperator,
  $literal: (operand) => () => operand,
  $map: map,
  $reduce: reduce,
};
