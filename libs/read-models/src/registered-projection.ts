import type { Event, IndexKeys, Projection } from '#kernel';

/** Any projection, whatever its documents and events. */
export interface RegisteredProjection {
  readonly name: string;
  readonly version: number;
  readonly handles: readonly string[];
  readonly idOf: (event: never) => string | undefined;
  readonly evolve: (doc: never, event: never) => object | null;
  readonly indexes?: readonly IndexKeys[];
  readonly insertsFirst?: boolean;
  readonly onFailure?: 'stop' | 'park';
}

/** A projection as the runner calls it: the catalogue has parsed the events, and only handled ones are passed. */
export const callable = (projection: RegisteredProjection): Projection<object, Event> => projection;

const kebabCase = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** @throws {TypeError} the name is not kebab-case */
export function assertKebabCase(name: string): string {
  if (!kebabCase.test(name)) throw new TypeError(`'${name}' cannot name a collection: it must be kebab-case`);
  return name;
}

/** The collection of one version of a projection. */
export const collectionName = (name: string, version: number): string => `${assertKebabCase(name)}_v${version}`;
