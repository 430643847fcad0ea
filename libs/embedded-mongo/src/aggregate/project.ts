import type { BsonDocument, BsonValue } from '../bson/values.js';
import { typeNameOf } from '../bson/values.js';
import { refuseWith } from '../errors.js';
import type { Projection } from '../query/projection.js';
import type { Variables } from './expressions/expressions.js';
import { compileExpression } from './expressions/expressions.js';
import {
  compute,
  computeField,
  emptyNode,
  exclude,
  include,
  isFlag,
  isWanted,
  nameField,
  projectedFields,
  refuseEmptyProjection,
  refuseMixed,
} from './projecting.js';

/** `$project`: fields taken or left out, and computed ones. */
export function compileProject(specification: BsonDocument, variables: Variables): Projection {
  refuseEmptyProjection(specification);
  const node = emptyNode();
  let including: boolean | undefined;
  let withId: boolean | undefined;
  for (const { path, value } of projectedFields(specification)) {
    const wanted = !isFlag(value) || isWanted(value);
    if (path === '_id' && isFlag(value)) {
      withId = wanted;
      continue;
    }
    if (including !== undefined && including !== wanted) refuseMixed(wanted, path);
    including = wanted;
    if (isFlag(value)) nameField(node, path);
    else computeField(node, path, value, variables);
  }
  including ??= withId === true;
  const idIsComputed = node.computed.has('_id') || node.below.has('_id');
  if (!idIsComputed && (including ? withId !== false : withId === false)) nameField(node, '_id');
  return including ? (document) => include(node, document, document) : (document) => exclude(node, document);
}

/** `$set`, which is also `$addFields`: the document with more fields, or others in their places. */
export function compileSet(specification: BsonDocument, variables: Variables): Projection {
  const node = emptyNode();
  for (const { path, value } of projectedFields(specification)) computeField(node, path, value, variables);
  return (document) => compute(node, new Map(document), document);
}

/** `$unset`: the document without these fields. */
export function compileUnset(paths: readonly string[]): Projection {
  const node = emptyNode();
  for (const path of paths) nameField(node, path);
  return (document) => exclude(node, document);
}

/** `$replaceWith` and `$replaceRoot`. */
export function compileReplacement(expression: BsonValue, variables: Variables): Projection {
  const run = compileExpression(expression, variables);
  return (document) => {
    const result = run(document);
    if (result instanceof Map) return result;
    return refuseWith(
      40_228,
      `'newRoot' expression must evaluate to an object, but resulting value was of type: ${typeNameOf(result)}`,
    );
  };
}
