import type { BsonDocument, BsonValue } from '../bson/values.js';
import { refuse } from '../errors.js';
import type { Path } from '../query/paths.js';
import { pathOf } from '../query/paths.js';

/** An aggregation expression; undefined is a missing field. */
export type Expression = (document: BsonDocument) => BsonValue | undefined;

/** Compiles a field path, a literal, or a document of expressions. Expression operators are refused by name. */
export function compileExpression(source: BsonValue): Expression {
  if (typeof source === 'string' && source.startsWith('$')) return fieldExpression(source);
  if (Array.isArray(source)) {
    const parts = source.map(compileExpression);
    return (document) => parts.map((part) => part(document) ?? null);
  }
  if (!(source instanceof Map)) return () => source;
  const [operator] = source.keys();
  if (operator === '$literal') {
    const literal = source.get('$literal') ?? null;
    return () => literal;
  }
  if (operator?.startsWith('$') === true) refuse('InvalidPipelineOperator', `Unrecognized expression '${operator}'`);
  const fields = [...source].map(([name, value]) => [name, compileExpression(value)] as const);
  return (document) => {
    const result: BsonDocument = new Map();
    for (const [name, expression] of fields) {
      const value = expression(document);
      if (value !== undefined) result.set(name, value);
    }
    return result;
  };
}

function fieldExpression(source: string): Expression {
  if (source === '$$ROOT' || source === '$$CURRENT') return (document) => document;
  if (source.startsWith('$$'))
    return refuse('InvalidPipelineOperator', `Use of undefined variable: ${source.slice(2)}`);
  const path = pathOf(source.slice(1));
  if (path.includes('')) refuse('InvalidPipelineOperator', `FieldPath '${source}' has an empty component`);
  return (document) => valueAt(document, path, 0);
}

/** A field path in an expression goes through arrays of documents and gathers an array; numbers are not positions. */
function valueAt(value: BsonValue | undefined, path: Path, at: number): BsonValue | undefined {
  if (at === path.length) return value;
  if (value instanceof Map) return valueAt(value.get(path[at] ?? ''), path, at + 1);
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((element) => {
    const inner = element instanceof Map ? valueAt(element, path, at) : undefined;
    return inner === undefined ? [] : [inner];
  });
}
