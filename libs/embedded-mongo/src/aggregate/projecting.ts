import type { BsonDocument, BsonValue } from '../bson/values.js';
import { isNumeric } from '../bson/values.js';
import { refuseWith } from '../errors.js';
import { flagOf } from '../query/arguments.js';
import { describeValue } from '../storage/describe.js';
import type { DocumentExpression, Variables } from './expressions/expressions.js';
import { compileExpression } from './expressions/expressions.js';

/** What becomes of the fields of one level of a document. */
export interface ProjectionNode {
  /** Fields taken, or left out, whole. */
  readonly named: Set<string>;
  readonly below: Map<string, ProjectionNode>;
  readonly computed: Map<string, DocumentExpression>;
  /** Computed fields, and levels with such, in the order of the specification. */
  readonly order: string[];
}

export const emptyNode = (): ProjectionNode => ({ named: new Set(), below: new Map(), computed: new Map(), order: [] });

/** What a specification asks for, field by field, with nested documents taken apart. */
export interface ProjectedField {
  readonly path: string;
  readonly value: BsonValue;
}

/** Whether a value names a field rather than computing one. */
export const isFlag = (value: BsonValue): boolean => typeof value === 'boolean' || isNumeric(value);

export const isExpression = (value: BsonValue): boolean =>
  !(value instanceof Map) || (value.keys().next().value?.startsWith('$') ?? false);

/** @param prefix path of the level with its dot */
export function* projectedFields(specification: BsonDocument, prefix = ''): Generator<ProjectedField> {
  for (const [name, value] of specification) {
    const path = prefix + name;
    if (name === '') refuseWith(40_352, 'FieldPath cannot be constructed with empty string');
    if (name.startsWith('$') && name !== '$')
      refuseWith(16_410, `FieldPath field names may not start with '$'. Consider using $getField or $setField.`);
    if (value instanceof Map && value.size === 0) {
      refuseWith(51_270, `An empty sub-projection is not a valid value. Found empty object at path: ${path}`);
    }
    if (value instanceof Map && !isExpression(value)) yield* projectedFields(value, `${path}.`);
    else yield { path, value };
  }
}

function collide(path: string): never {
  return refuseWith(31_250, `Path collision at ${path}`);
}

function levelOf(root: ProjectionNode, names: readonly string[], path: string, computing: boolean): ProjectionNode {
  let level = root;
  for (const name of names) {
    if (level.named.has(name) || level.computed.has(name)) collide(path);
    let next = level.below.get(name);
    if (next === undefined) {
      next = emptyNode();
      level.below.set(name, next);
    }
    if (computing && !level.order.includes(name)) level.order.push(name);
    level = next;
  }
  return level;
}

export function nameField(root: ProjectionNode, path: string): void {
  const names = path.split('.');
  const last = names.pop() ?? path;
  const level = levelOf(root, names, path, false);
  if (level.below.has(last) || level.computed.has(last)) collide(path);
  level.named.add(last);
}

export function computeField(root: ProjectionNode, path: string, value: BsonValue, variables: Variables): void {
  const names = path.split('.');
  const last = names.pop() ?? path;
  const level = levelOf(root, names, path, true);
  if (level.below.has(last) || level.named.has(last) || level.computed.has(last)) collide(path);
  level.computed.set(last, compileExpression(value, variables));
  level.order.push(last);
}

export function include(node: ProjectionNode, document: BsonDocument, root: BsonDocument): BsonDocument {
  const result: BsonDocument = new Map();
  for (const [name, value] of document) {
    if (node.named.has(name)) {
      result.set(name, value);
      continue;
    }
    const below = node.below.get(name);
    const kept = below === undefined ? undefined : includeValue(below, value, root);
    if (kept !== undefined) result.set(name, kept);
  }
  return compute(node, result, root);
}

function includeValue(node: ProjectionNode, value: BsonValue, root: BsonDocument): BsonValue | undefined {
  if (value instanceof Map) return include(node, value, root);
  if (!Array.isArray(value)) return node.order.length > 0 ? compute(node, new Map(), root) : undefined;
  return value.flatMap((element) => {
    const kept = includeValue(node, element, root);
    return kept === undefined ? [] : [kept];
  });
}

export function exclude(node: ProjectionNode, document: BsonDocument): BsonDocument {
  const result: BsonDocument = new Map();
  for (const [name, value] of document) {
    if (node.named.has(name)) continue;
    const below = node.below.get(name);
    result.set(name, below === undefined ? value : excludeValue(below, value));
  }
  return result;
}

function excludeValue(node: ProjectionNode, value: BsonValue): BsonValue {
  if (value instanceof Map) return exclude(node, value);
  return Array.isArray(value) ? value.map((element) => excludeValue(node, element)) : value;
}

/** Sets the computed fields in `target`, which is changed and answered; `root` is what expressions look at. */
export function compute(node: ProjectionNode, target: BsonDocument, root: BsonDocument): BsonDocument {
  for (const name of node.order) {
    const below = node.below.get(name);
    const value = below === undefined ? node.computed.get(name)?.(root) : computeValue(below, target.get(name), root);
    if (value === undefined) target.delete(name);
    else target.set(name, value);
  }
  return target;
}

function computeValue(node: ProjectionNode, value: BsonValue | undefined, root: BsonDocument): BsonValue {
  if (Array.isArray(value)) return value.map((element) => computeValue(node, element, root));
  return compute(node, value instanceof Map ? new Map(value) : new Map<string, BsonValue>(), root);
}

/** Whether a flag takes a field in or leaves it out. */
export const isWanted = (value: BsonValue): boolean => flagOf(value);

export function refuseMixed(wanted: boolean, path: string): never {
  return wanted
    ? refuseWith(31_253, `Cannot do inclusion on field ${path} in exclusion projection`)
    : refuseWith(31_254, `Cannot do exclusion on field ${path} in inclusion projection`);
}

export function refuseEmptyProjection(specification: BsonDocument): void {
  if (specification.size === 0)
    refuseWith(51_272, `projection specification must have at least one field: ${describeValue(specification)}`);
}
