import type { BsonDocument, BsonValue } from '../../bson/values.js';
import { checkVariableName, compile } from './compile.js';
import { operators } from './operators.js';
import type { Slots } from './scope.js';
import { Scope } from './scope.js';

/** A whole compiled expression; undefined is a missing value. */
export type DocumentExpression = (document: BsonDocument) => BsonValue | undefined;

/** Values by the names of variables. */
export type Variables = ReadonlyMap<string, BsonValue>;

export const noVariables: Variables = new Map();

/** Compiles an expression for documents; `variables` are those that the command defines in its `let`. */
export function compileExpression(source: BsonValue, variables: Variables = noVariables): DocumentExpression {
  const run = compile(source, Scope.outermost(operators, variables.keys()));
  const values = [...variables.values()];
  return (document) => {
    const slots: Slots = [document, document, ...values];
    return run(slots);
  };
}

/** Works out the `let` of a command: expressions without a document. */
export function evaluateLet(source: BsonDocument, outer: Variables = noVariables): Variables {
  const values = new Map(outer);
  for (const [name, expression] of source) {
    checkVariableName(name);
    values.set(name, compileExpression(expression, outer)(new Map()) ?? null);
  }
  return values;
}
