import type { StandardSchemaV1 } from '@standard-schema/spec';

import type { ProblemError } from './request-refused.js';

/** A Standard Schema issue; zod adds what kind of wrong it is, and the names of unknown members. */
export interface Issue extends StandardSchemaV1.Issue {
  readonly code?: string;
  readonly keys?: readonly string[];
}

/** Most errors one answer lists. */
const maximumErrors = 50;

/** A schema's issues as pointers into the request. An unknown member is one error each, a missing one is `required`. */
export function problemErrors(
  issues: readonly Issue[],
  value: unknown,
  prefix: readonly string[] = [],
): readonly ProblemError[] {
  return issues.flatMap((issue) => errorsOf(issue, value, prefix)).slice(0, maximumErrors);
}

function errorsOf(issue: Issue, value: unknown, prefix: readonly string[]): ProblemError[] {
  const path = (issue.path ?? []).map((segment) => (typeof segment === 'object' ? segment.key : segment));
  const pointer = pointerOf([...prefix, ...path]);
  if (issue.keys && issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      pointer: pointer + pointerOf([key]),
      code: 'unknown_member',
      detail: 'This member is not known here.',
    }));
  }
  if (memberAt(value, path) === undefined) return [{ pointer, code: 'required', detail: 'This is required.' }];
  return [{ pointer, code: issue.code ?? 'invalid', detail: issue.message }];
}

/** RFC 6901. */
const pointerOf = (path: readonly PropertyKey[]): string =>
  path.map((segment) => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

function memberAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let member = value;
  for (const segment of path) {
    if (typeof member !== 'object' || member === null || !Object.hasOwn(member, segment)) return undefined;
    member = (member as Record<PropertyKey, unknown>)[segment];
  }
  return member;
}
