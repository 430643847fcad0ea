import type { BsonDocument, BsonValue } from '../../bson/values.js';
import { refuse, refuseWith } from '../../errors.js';
import type { Path } from '../../query/paths.js';
import { pathOf } from '../../query/paths.js';
import { describeValue } from '../../storage/describe.js';
import type { Expression, Scope } from './scope.js';
import { firstSlots } from './scope.js';

/** Levels of an expression inside each other. */
const MAX_EXPRESSION_DEPTH = 150;

export function checkVariableName(name: string): void {
  if (/^[a-z_\u0080-\uffff][\w\u0080-\uffff]*$/.test(name) || name === 'CURRENT') return;
  if (name === '') refuseWith(16866, 'empty variable names are not allowed');
  if (!/^[a-z\u0080-\uffff]/.test(name)) {
    refuseWith(16867, `'${name}' starts with an invalid character for a user variable name`);
  }
  refuseWith(16868, `'${name}' contains an invalid character for a variable name`);
}

/** Compiles one part; `scope` knows which variables there are. */
export function compile(source: BsonValue, scope: Scope): Expression {
  if (scope.depth > MAX_EXPRESSION_DEPTH)
    refuse('Overflow', `an expression is nested deeper than ${MAX_EXPRESSION_DEPTH}`);
  if (typeof source === 'string' && source.startsWith('$')) return fieldPath(source, scope);
  if (Array.isArray(source)) {
    const parts = source.map((part) => compile(part, scope.deeper()));
    return (slots) => parts.map((part) => part(slots) ?? null);
  }
  if (!(source instanceof Map)) return () => source;
  const [first] = source.keys();
  if (first?.startsWith('$') === true) return operatorExpression(first, source, scope);
  return objectExpression(source, scope);
}

function operatorExpression(name: string, source: BsonDocument, scope: Scope): Expression {
  if (source.size !== 1) {
    refuseWith(15983, `An object representing an expression must have exactly one field: ${describeValue(source)}`);
  }
  const make = scope.operator(name);
  if (make === undefined) return refuse('InvalidPipelineOperator', `Unrecognized expression '${name}'`);
  return make(source.get(name) ?? null, scope.deeper(), name);
}

function objectExpression(source: BsonDocument, scope: Scope): Expression {
  const fields = [...source].map(([name, value]) => {
    if (name.includes('.'))
      refuseWith(16412, `FieldPath field names may not contain '.'. Consider using $getField or $setField.`);
    if (name.startsWith('$'))
      refuseWith(16410, `FieldPath field names may not start with '$'. Consider using $getField or $setField.`);
    return [name, compile(value, scope.deeper())] as const;
  });
  return (slots) => {
    const result: BsonDocument = new Map();
    for (const [name, expression] of fields) {
      const value = expression(slots);
      if (value !== undefined) result.set(name, value);
    }
    return result;
  };
}

function fieldPath(source: string, scope: Scope): Expression {
  if (!source.startsWith('$$')) return atSlot(firstSlots.current, checkedPath(source.slice(1)));
  const [variable = '', ...rest] = source.slice(2).split('.');
  const path = rest.length === 0 ? [] : checkedPath(rest.join('.'));
  if (variable === 'REMOVE') return () => undefined;
  if (variable === 'NOW') {
    const now = scope.now();
    return () => now;
  }
  const slot = scope.slotOf(variable);
  if (slot === undefined) return refuseWith(17276, `Use of undefined variable: ${variable}`);
  return atSlot(slot, path);
}

function checkedPath(dotted: string): Path {
  if (dotted === '') refuseWith(16872, "'$' by itself is not a valid FieldPath");
  if (dotted.endsWith('.')) refuseWith(40353, "FieldPath must not end with a '.'.");
  const path = pathOf(dotted);
  if (path.includes('')) refuseWith(15998, 'FieldPath field names may not be empty strings.');
  if (path.some((name) => name.startsWith('$'))) {
    refuseWith(16410, "FieldPath field names may not start with '$'. Consider using $getField or $setField.");
  }
  return path;
}

function atSlot(slot: number, path: Path): Expression {
  const [only] = path;
  if (only === undefined) return (slots) => slots[slot];
  if (path.length === 1) {
    return (slots) => {
      const value = slots[slot];
      return value instanceof Map ? value.get(only) : valueAt(value, path, 0);
    };
  }
  return (slots) => valueAt(slots[slot], path, 0);
}

/** A field path in an expression goes through arrays of documents and gathers an array; numbers are not positions. */
export function valueAt(value: BsonValue | undefined, path: Path, at: number): BsonValue | undefined {
  if (at === path.length) return value;
  if (value instanceof Map) return valueAt(value.get(path[at] ?? ''), path, at + 1);
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((element) => {
    const inner = element instanceof Map || Array.isArray(element) ? valueAt(element, path, at) : undefined;
    return inner === undefined ? [] : [inner];
  });
}
