import type { BsonDocument, BsonValue } from '../bson/values.js';
import { refuse } from '../errors.js';
import type { Path } from '../query/paths.js';
import { arrayPosition } from '../query/paths.js';
import { describeValue } from '../storage/describe.js';
import type { ArrayFilters } from './array-filters.js';

export const isPositional = (component: string): boolean => component === '$' || component.startsWith('$[');

/** What positional components stand for in one document. */
export interface Positions {
  readonly filters: ArrayFilters;
  /** The element that the query matched; asked for only where a path has a `$`. */
  readonly matched: () => number | undefined;
}

export const noPositions: Positions = { filters: new Map(), matched: () => undefined };

/** The paths that a path with positional components means in a document. */
export function concretePaths(document: BsonDocument, path: Path, positions: Positions): Path[] {
  return path.some(isPositional) ? follow(document, path, 0, [], positions) : [path];
}

function follow(value: BsonValue | undefined, path: Path, at: number, taken: Path, positions: Positions): Path[] {
  const component = path[at];
  if (component === undefined) return [taken];
  if (component === '$') {
    const matched = positions.matched();
    if (matched === undefined) {
      return refuse('BadValue', 'The positional operator did not find the match needed from the query.');
    }
    return follow(child(value, String(matched)), path, at + 1, [...taken, String(matched)], positions);
  }
  if (!component.startsWith('$['))
    return follow(child(value, component), path, at + 1, [...taken, component], positions);
  return elements(value, component, taken, positions).flatMap((position) =>
    follow(child(value, position), path, at + 1, [...taken, position], positions),
  );
}

function elements(value: BsonValue | undefined, component: string, taken: Path, { filters }: Positions): string[] {
  const place = taken.join('.');
  if (value === undefined) {
    return refuse('BadValue', `The path '${place}' must exist in the document in order to apply array updates.`);
  }
  if (!Array.isArray(value)) {
    return refuse(
      'BadValue',
      `Cannot apply array updates to non-array element ${taken.at(-1) ?? ''}: ${describeValue(value)}`,
    );
  }
  const test = filters.get(component.slice(2, -1));
  const wanted = component === '$[]' ? () => true : (test ?? (() => false));
  return value.flatMap((element, position) => (wanted(element) ? [String(position)] : []));
}

function child(value: BsonValue | undefined, name: string): BsonValue | undefined {
  if (value instanceof Map) return value.get(name);
  return Array.isArray(value) ? value[arrayPosition(name) ?? -1] : undefined;
}
