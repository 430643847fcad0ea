import type { BsonDocument, BsonValue } from '../bson/values.js';
import { typeNameOf } from '../bson/values.js';
import { refuseWith } from '../errors.js';
import type { Path } from '../query/paths.js';
import { pathOf } from '../query/paths.js';
import { isNullish } from './expressions/operands.js';
import { Expanded } from './expanded.js';
import type { RunStage } from './stage.js';

interface Unwinding {
  readonly path: Path;
  readonly keepEmpty: boolean;
  readonly indexField: string | undefined;
}

/** `$unwind`: a document for each element of an array. */
export function unwind(operand: BsonValue): RunStage {
  const unwinding = parse(operand);
  return (source) => new Expanded(source, (document) => unwound(document, unwinding));
}

function parse(operand: BsonValue): Unwinding {
  if (typeof operand === 'string') return { path: fieldOf(operand), keepEmpty: false, indexField: undefined };
  if (!(operand instanceof Map)) {
    return refuseWith(
      15_981,
      `expected either a string or an object as specification for $unwind stage, got ${typeNameOf(operand)}`,
    );
  }
  for (const name of operand.keys()) {
    if (!['path', 'preserveNullAndEmptyArrays', 'includeArrayIndex'].includes(name)) {
      refuseWith(28_811, `unrecognized option to $unwind stage: ${name}`);
    }
  }
  const path = operand.get('path');
  if (path === undefined) return refuseWith(28_812, 'no path specified to $unwind stage');
  if (typeof path !== 'string')
    return refuseWith(28_808, `expected a string as the path for $unwind stage, got ${typeNameOf(path)}`);
  const keep = operand.get('preserveNullAndEmptyArrays') ?? false;
  if (typeof keep !== 'boolean')
    return refuseWith(28_809, 'expected a boolean for the preserveNullAndEmptyArrays option to $unwind stage');
  const index = operand.get('includeArrayIndex');
  if (index !== undefined && (typeof index !== 'string' || index === '')) {
    return refuseWith(28_810, 'expected a non-empty string for the includeArrayIndex option to $unwind stage');
  }
  if (index?.startsWith('$') === true)
    refuseWith(28_822, `includeArrayIndex option to $unwind stage should not be prefixed with a '$': ${index}`);
  return { path: fieldOf(path), keepEmpty: keep, indexField: index };
}

function fieldOf(path: string): Path {
  if (!path.startsWith('$')) refuseWith(28_818, `path option to $unwind stage should be prefixed with a '$': ${path}`);
  return pathOf(path.slice(1));
}

function unwound(document: BsonDocument, { path, keepEmpty, indexField }: Unwinding): BsonDocument[] {
  const value = valueOf(document, path);
  if (!Array.isArray(value)) {
    if (isNullish(value) && !keepEmpty) return [];
    return [indexField === undefined ? document : withField(document, pathOf(indexField), null)];
  }
  if (value.length === 0) {
    if (!keepEmpty) return [];
    const without = withField(document, path, undefined);
    return [indexField === undefined ? without : withField(without, pathOf(indexField), null)];
  }
  return value.map((element, index) => {
    const result = withField(document, path, element);
    return indexField === undefined ? result : withField(result, pathOf(indexField), BigInt(index));
  });
}

function valueOf(document: BsonDocument, path: Path): BsonValue | undefined {
  let value: BsonValue | undefined = document;
  for (const name of path) value = value instanceof Map ? value.get(name) : undefined;
  return value;
}

/** A copy with one field set, or taken out; the levels on the way are made where they are missing. */
export function withField(document: BsonDocument, path: Path, value: BsonValue | undefined, at = 0): BsonDocument {
  const copy: BsonDocument = new Map(document);
  const name = path[at] ?? '';
  if (at < path.length - 1) {
    const inner = copy.get(name);
    if (inner instanceof Map || value !== undefined) {
      copy.set(name, withField(inner instanceof Map ? inner : new Map<string, BsonValue>(), path, value, at + 1));
    }
  } else if (value === undefined) {
    copy.delete(name);
  } else {
    copy.set(name, value);
  }
  return copy;
}
