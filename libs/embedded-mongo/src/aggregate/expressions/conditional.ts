import type { BsonValue } from '../../bson/values.js';
import { typeNameOf } from '../../bson/values.js';
import { refuseWith } from '../../errors.js';
import { compile } from './compile.js';
import { fixed, isNullish, operandList, truthy } from './operands.js';
import type { Expression, OperatorCompiler, Operators, Scope } from './scope.js';

const cond: OperatorCompiler = (operand, scope, name) => {
  const parts = operand instanceof Map ? condFields(operand, scope) : operandList(operand, scope);
  const [condition, then, otherwise] = parts;
  if (parts.length !== 3 || condition === undefined || then === undefined || otherwise === undefined) {
    return refuseWith(16020, `Expression ${name} takes exactly 3 arguments. ${parts.length} were passed in.`);
  }
  return (slots) => (truthy(condition(slots)) ? then(slots) : otherwise(slots));
};

function condFields(operand: ReadonlyMap<string, BsonValue>, scope: Scope): Expression[] {
  for (const name of operand.keys()) {
    if (!['if', 'then', 'else'].includes(name)) refuseWith(17083, `Unrecognized parameter to $cond: ${name}`);
  }
  return (['if', 'then', 'else'] as const).map((name, index) => {
    const part = operand.get(name);
    if (part === undefined) return refuseWith(17080 + index, `Missing '${name}' parameter to $cond`);
    return compile(part, scope);
  });
}

const ifNull: OperatorCompiler = (operand, scope) => {
  const parts = operandList(operand, scope);
  if (parts.length < 2) refuseWith(1_257_300, `$ifNull needs at least two arguments, had: ${parts.length}`);
  const last = parts.at(-1);
  return (slots) => {
    for (const part of parts.slice(0, -1)) {
      const value = part(slots);
      if (!isNullish(value)) return value;
    }
    return last?.(slots);
  };
};

const switchOperator: OperatorCompiler = (operand, scope) => {
  if (!(operand instanceof Map)) {
    return refuseWith(40_060, `$switch requires an object as an argument, found: ${typeNameOf(operand)}`);
  }
  for (const name of operand.keys()) {
    if (name !== 'branches' && name !== 'default') refuseWith(40_067, `$switch found an unknown argument: ${name}`);
  }
  const branches = operand.get('branches');
  if (!Array.isArray(branches)) {
    return refuseWith(40_061, `$switch expected an array for 'branches', found: ${typeNameOf(branches)}`);
  }
  if (branches.length === 0) refuseWith(40_068, '$switch requires at least one branch.');
  const compiled = branches.map((branch) => switchBranch(branch, scope));
  const otherwise = operand.get('default');
  const fallback = otherwise === undefined ? undefined : compile(otherwise, scope);
  return (slots) => {
    const chosen = compiled.find(({ condition }) => truthy(condition(slots)));
    if (chosen !== undefined) return chosen.then(slots);
    if (fallback !== undefined) return fallback(slots);
    return refuseWith(40_066, '$switch could not find a matching branch for an input, and no default was specified.');
  };
};

function switchBranch(branch: BsonValue, scope: Scope): { condition: Expression; then: Expression } {
  if (!(branch instanceof Map)) {
    return refuseWith(40_062, `$switch expected each branch to be an object, found: ${typeNameOf(branch)}`);
  }
  for (const name of branch.keys()) {
    if (name !== 'case' && name !== 'then')
      refuseWith(40_063, `$switch found an unknown argument to a branch: ${name}`);
  }
  const [condition, then] = [branch.get('case'), branch.get('then')];
  if (condition === undefined) return refuseWith(40_064, "$switch requires each branch have a 'case' expression");
  if (then === undefined) return refuseWith(40_065, "$switch requires each branch have a 'then' expression.");
  return { condition: compile(condition, scope), then: compile(then, scope) };
}

export const conditionalOperators: Operators = {
  $and: (operand, scope) => {
    const parts = operandList(operand, scope);
    return (slots) => parts.every((part) => truthy(part(slots)));
  },
  $or: (operand, scope) => {
    const parts = operandList(operand, scope);
    return (slots) => parts.some((part) => truthy(part(slots)));
  },
  $not: fixed(1, 1, ([value]) => !truthy(value)),
  $cond: cond,
  $ifNull: ifNull,
  $switch: switchOperator,
};
