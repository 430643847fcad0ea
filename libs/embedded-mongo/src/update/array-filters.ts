import type { BsonValue } from '../bson/values.js';
import { typeNameOf } from '../bson/values.js';
import { refuse } from '../errors.js';
import { compileFilter } from '../query/matcher.js';

export type ElementTest = (element: BsonValue) => boolean;

/** The conditions of `arrayFilters`, by the identifiers that paths name them with. */
export type ArrayFilters = ReadonlyMap<string, ElementTest>;

/** Reads `arrayFilters`: each filter is about one identifier. */
export function parseArrayFilters(filters: BsonValue | undefined): ArrayFilters {
  const tests = new Map<string, ElementTest>();
  if (filters === undefined) return tests;
  if (!Array.isArray(filters)) {
    return refuse(
      'TypeMismatch',
      `BSON field 'arrayFilters' is the wrong type '${typeNameOf(filters)}', expected type 'array'`,
    );
  }
  for (const filter of filters) {
    if (!(filter instanceof Map)) return refuse('TypeMismatch', 'Each array filter must be an object');
    const matches = compileFilter(filter);
    const identifier = identifierOf(filter);
    if (tests.has(identifier)) {
      refuse('FailedToParse', `Found multiple array filters with the same top-level field name ${identifier}`);
    }
    tests.set(identifier, (element) => matches(new Map([[identifier, element]])));
  }
  return tests;
}

function identifierOf(filter: ReadonlyMap<string, BsonValue>): string {
  const names = new Set<string>();
  collect(filter, names);
  const [first, ...others] = names;
  if (first === undefined)
    return refuse('FailedToParse', 'Cannot use an expression without a top-level field name in arrayFilters');
  if (others.length > 0) {
    return refuse(
      'FailedToParse',
      `Error parsing array filter :: caused by :: Expected a single top-level field name, found '${first}' and '${others[0] ?? ''}'`,
    );
  }
  if (!/^[a-z][a-zA-Z0-9]*$/.test(first)) {
    refuse(
      'BadValue',
      `Error parsing array filter :: caused by :: The top-level field name must be an alphanumeric string beginning with a lowercase letter, found '${first}'`,
    );
  }
  return first;
}

function collect(filter: ReadonlyMap<string, BsonValue>, names: Set<string>): void {
  for (const [name, condition] of filter) {
    if (!name.startsWith('$')) names.add(name.split('.', 1)[0] ?? name);
    else if (Array.isArray(condition))
      for (const branch of condition) if (branch instanceof Map) collect(branch, names);
  }
}
