import { requestInvalid } from './request-refused.js';

/** JSON with every bigint (positions, revisions) as a decimal string. The replacer costs, so it runs only where it must. */
export function toJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return JSON.stringify(value, (_, member: unknown) => (typeof member === 'bigint' ? member.toString() : member));
  }
}

/**
 * One text for one content: members sorted by name, no white space. By it a repeated request is told from a changed one.
 * @throws {RequestRefused} 400: it is nested deeper than `maximumDepth`
 */
export function canonicalJson(value: unknown, depth = 0): string {
  if (depth > maximumDepth) throw tooDeep();
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null, depth + 1)).join(',')}]`;
  if (typeof value === 'object' && value !== null) return `{${canonicalMembers(value, depth + 1)}}`;
  return toJson(value ?? null);
}

/** Deeper content than any request of ours has. */
const maximumDepth = 100;

function canonicalMembers(value: object, depth: number): string {
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  return members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member, depth)}`).join(',');
}

const tooDeep = (): Error =>
  requestInvalid([{ pointer: '', code: 'too_deep', detail: `Nested deeper than ${maximumDepth} levels.` }]);
