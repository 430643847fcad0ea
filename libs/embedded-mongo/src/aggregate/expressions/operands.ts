import type { BsonDocument, BsonValue } from '../../bson/values.js';
import { BsonUndefined, typeNameOf } from '../../bson/values.js';
import { refuse, refuseWith } from '../../errors.js';
import { numberOf } from '../../query/arguments.js';
import { compile } from './compile.js';
import type { Expression, OperatorCompiler, Scope } from './scope.js';

export const isNullish = (value: BsonValue | undefined): value is null | undefined | BsonUndefined =>
  value === undefined || value === null || value instanceof BsonUndefined;

/** The operands of an operator: those of the list, or the one that stands there without a list. */
export function operandList(operand: BsonValue, scope: Scope): Expression[] {
  return (Array.isArray(operand) ? operand : [operand]).map((one) => compile(one, scope));
}

/** An operator of a fixed number of operands, or of a range of numbers. */
export function fixed(
  least: number,
  most: number,
  work: (values: readonly (BsonValue | undefined)[], name: string) => BsonValue | undefined,
): OperatorCompiler {
  return (operand, scope, name) => {
    const parts = operandList(operand, scope);
    checkCount(name, parts.length, least, most);
    const [a, b] = parts;
    if (parts.length === 1 && a !== undefined) return (slots) => work([a(slots)], name);
    if (parts.length === 2 && a !== undefined && b !== undefined) return (slots) => work([a(slots), b(slots)], name);
    return (slots) =>
      work(
        parts.map((part) => part(slots)),
        name,
      );
  };
}

function checkCount(name: string, count: number, least: number, most: number): void {
  if (count >= least && count <= most) return;
  if (least === most) {
    refuseWith(16020, `Expression ${name} takes exactly ${least} arguments. ${count} were passed in.`);
  }
  refuseWith(
    28667,
    `Expression ${name} takes at least ${least} arguments, and at most ${most}, but ${count} were passed in.`,
  );
}

/** An operator over any number of operands. */
export const variadic = (
  work: (values: readonly (BsonValue | undefined)[], name: string) => BsonValue | undefined,
): OperatorCompiler => {
  return (operand, scope, name) => {
    const parts = operandList(operand, scope);
    return (slots) =>
      work(
        parts.map((part) => part(slots)),
        name,
      );
  };
};

/** What an operator with named arguments gets them as. */
export type Named = Readonly<Record<string, Expression | undefined>>;

/** Reads an operand of named arguments; refuses others, and missing ones that are `required`. */
export function namedOperands(
  operand: BsonValue,
  scope: Scope,
  name: string,
  required: readonly string[],
  optional: readonly string[] = [],
): Named {
  const document = documentOperand(operand, name);
  const compiled: Record<string, Expression | undefined> = {};
  for (const [argument, value] of document) {
    if (!required.includes(argument) && !optional.includes(argument)) {
      refuse('FailedToParse', `${name} found an unknown argument: ${argument}`);
    }
    compiled[argument] = compile(value, scope);
  }
  for (const argument of required) {
    if (compiled[argument] === undefined) refuse('FailedToParse', `Missing '${argument}' parameter to ${name}`);
  }
  return compiled;
}

export function documentOperand(operand: BsonValue, name: string): BsonDocument {
  if (operand instanceof Map) return operand;
  return refuse('FailedToParse', `${name} only supports an object as an argument, found: ${typeNameOf(operand)}`);
}

/** A whole number of 32 bits, or undefined. */
export function int32Of(value: BsonValue | undefined): number | undefined {
  const number = numberOf(value);
  return number !== undefined && (number | 0) === number ? number : undefined;
}

const ALWAYS_FALSE = new Set<BsonValue | undefined>([undefined, null, false]);

/** Whether a value counts as true in an expression: all but false, null, missing, undefined and zero. */
export function truthy(value: BsonValue | undefined): boolean {
  if (ALWAYS_FALSE.has(value) || value instanceof BsonUndefined) return false;
  const number = numberOf(value);
  return number === undefined || number !== 0;
}
