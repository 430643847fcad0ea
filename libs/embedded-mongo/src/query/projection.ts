import type { Variables } from '../aggregate/expressions/expressions.js';
import { noVariables } from '../aggregate/expressions/expressions.js';
import type { ProjectionNode } from '../aggregate/projecting.js';
import {
  computeField,
  emptyNode,
  exclude,
  include,
  isFlag,
  isWanted,
  nameField,
  projectedFields,
  refuseMixed,
} from '../aggregate/projecting.js';
import type { BsonDocument, BsonValue } from '../bson/values.js';
import { refuse, refuseWith } from '../errors.js';
import { wholeNumberOf } from './arguments.js';
import { compileElementTest } from './matcher.js';
import type { Path } from './paths.js';
import { pathOf } from './paths.js';
import { matchedPosition } from './positions.js';

export type Projection = (document: BsonDocument) => BsonDocument;

export interface ProjectionOptions {
  /** What documents were found by: the positional `$` shows the element that it matched. */
  readonly filter?: BsonDocument;
  readonly variables?: Variables;
}

/** What happens to a result after its fields were taken in or left out. */
type Finish = (result: BsonDocument, document: BsonDocument) => void;

interface Parts {
  readonly node: ProjectionNode;
  readonly finishes: Finish[];
  including: boolean | undefined;
  withId: boolean | undefined;
}

/** Compiles the projection of a find; undefined where every field is wanted. */
export function compileProjection(
  specification: BsonDocument,
  { filter = new Map(), variables = noVariables }: ProjectionOptions = {},
): Projection | undefined {
  if (specification.size === 0) return undefined;
  const parts: Parts = { node: emptyNode(), finishes: [], including: undefined, withId: undefined };
  const slices: [string, BsonValue][] = [];
  for (const { path, value } of projectedFields(specification)) {
    const [operator, operand] = value instanceof Map ? ([...value][0] ?? []) : [];
    if (operator === '$slice' && operand !== undefined && isSlice(operand)) slices.push([path, operand]);
    else if (operator === '$elemMatch' && operand !== undefined) addElement(parts, path, operand);
    else if (operator === '$meta') refuse('CommandNotSupported', 'The projection operator $meta is not supported');
    else if (path.endsWith('.$')) addPositional(parts, path.slice(0, -2), filter);
    else addField(parts, path, value, variables);
  }
  for (const [path, operand] of slices) addSlice(parts, path, operand);
  return finished(parts);
}

function finished({ node, finishes, including, withId }: Parts): Projection {
  const inclusion = including ?? withId === true;
  const idIsComputed = node.computed.has('_id') || node.below.has('_id');
  if (!idIsComputed && (inclusion ? withId !== false : withId === false)) nameField(node, '_id');
  return (document) => {
    const result = inclusion ? include(node, document, document) : exclude(node, document);
    for (const finish of finishes) finish(result, document);
    return result;
  };
}

function decide(parts: Parts, wanted: boolean, path: string): void {
  if (parts.including !== undefined && parts.including !== wanted) refuseMixed(wanted, path);
  parts.including = wanted;
}

function addField(parts: Parts, path: string, value: BsonValue, variables: Variables): void {
  const flag = isFlag(value);
  if (path === '_id' && flag) {
    parts.withId = isWanted(value);
    return;
  }
  decide(parts, !flag || isWanted(value), path);
  if (flag) nameField(parts.node, path);
  else computeField(parts.node, path, value, variables);
}

const isSlice = (operand: BsonValue): boolean =>
  wholeNumberOf(operand) !== undefined ||
  (Array.isArray(operand) && operand.every((one) => wholeNumberOf(one) !== undefined));

/** `$slice` leaves it open whether other fields are taken in or left out. */
function addSlice({ node, finishes, including }: Parts, path: string, operand: BsonValue): void {
  const [first, second] = Array.isArray(operand) ? operand.map(wholeNumberOf) : [wholeNumberOf(operand)];
  if (Array.isArray(operand) && operand.length !== 2)
    refuseWith(28_667, 'Invalid $slice syntax: the array needs a number to skip and a number to take');
  if (second !== undefined && second <= 0) refuseWith(28_729, `Third argument to $slice must be positive: ${second}`);
  if (including === true) nameField(node, path);
  const take = (array: BsonValue[]): BsonValue[] => {
    const skip = first ?? 0;
    if (second === undefined) return skip < 0 ? array.slice(skip) : array.slice(0, skip);
    const start = skip < 0 ? Math.max(0, array.length + skip) : skip;
    return array.slice(start, start + second);
  };
  finishes.push((result) => sliceAt(result, pathOf(path), 0, take));
}

function sliceAt(document: BsonDocument, path: Path, at: number, take: (array: BsonValue[]) => BsonValue[]): void {
  const name = path[at] ?? '';
  const value = document.get(name);
  if (at === path.length - 1) {
    if (Array.isArray(value)) document.set(name, take(value));
    return;
  }
  const below = (inner: BsonValue): BsonValue => {
    if (!(inner instanceof Map)) return inner;
    const copy = new Map(inner);
    sliceAt(copy, path, at + 1, take);
    return copy;
  };
  if (value instanceof Map) document.set(name, below(value));
  else if (Array.isArray(value)) document.set(name, value.map(below));
}

function addElement(parts: Parts, path: string, operand: BsonValue): void {
  if (path.includes('.')) refuseWith(31_255, 'Cannot use $elemMatch projection on a nested field');
  decide(parts, true, path);
  const test = compileElementTest(operand);
  parts.finishes.push((result, document) => {
    const value = document.get(path);
    const element = Array.isArray(value) ? value.find((one) => test([one])) : undefined;
    if (element !== undefined) result.set(path, [element]);
  });
}

function addPositional(parts: Parts, path: string, filter: BsonDocument): void {
  decide(parts, true, path);
  nameField(parts.node, path);
  const names = pathOf(path);
  parts.finishes.push((result, document) => {
    const position = matchedPosition(filter, document);
    if (position === undefined) {
      refuseWith(
        51_246,
        "Executor error during find command :: caused by :: positional operator '.$' couldn't find a matching element in the array",
      );
    }
    sliceAt(result, names, 0, (array) => array.slice(position, position + 1));
  });
}
