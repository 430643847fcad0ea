import type { Fields, ValuesOf } from './field.js';
import { aftPolls } from './polls/aft-polls.js';
import { controlPolls } from './polls/control-polls.js';
import { identityPolls } from './polls/identity-polls.js';
import { meterPolls } from './polls/meter-polls.js';
import type { PollShape } from './polls/shape.js';
import { ticketPolls } from './polls/ticket-polls.js';
import { winPolls } from './polls/win-polls.js';

export type { Certainty, PollType } from './polls/shape.js';

/** The long polls: one table for host and machine, for the tests and for the reference page. */
export const longPolls = {
  ...controlPolls,
  ...meterPolls,
  ...identityPolls,
  ...winPolls,
  ...ticketPolls,
  ...aftPolls,
} as const;

export type PollName = keyof typeof longPolls;
export type PollDefinition = PollShape & { readonly poll: PollName };
export type RequestData<Name extends PollName> = ValuesOf<(typeof longPolls)[Name]['request']>;
/** Polls that are answered with data, and those that are answered with one byte. */
export type ReadPollName = {
  [Name in PollName]: (typeof longPolls)[Name]['response'] extends 'acknowledgement' ? never : Name;
}[PollName];
export type SetPollName = Exclude<PollName, ReadPollName>;
export type ResponseData<Name extends ReadPollName> = ValuesOf<(typeof longPolls)[Name]['response']>;
/** Polls whose result comes later, in answer to a general poll. */
export type DeferredPollName = {
  [Name in PollName]: (typeof longPolls)[Name] extends { deferred: Fields } ? Name : never;
}[PollName];
export type DeferredData<Name extends DeferredPollName> = ValuesOf<(typeof longPolls)[Name]['deferred']>;

const definitions = new Map<PollName, PollDefinition>();
const definitionsByCode = new Map<number, PollDefinition>();
for (const poll of Object.keys(longPolls) as PollName[]) {
  const definition: PollDefinition = { ...longPolls[poll], poll };
  definitions.set(poll, definition);
  // The first of two under one code is the one that is found by it: M before R for A0.
  if (!definitionsByCode.has(definition.code)) definitionsByCode.set(definition.code, definition);
}

/** Every long poll of the table. */
export const pollDefinitions: readonly PollDefinition[] = [...definitions.values()];

export function definitionOf(poll: PollName): PollDefinition {
  const definition = definitions.get(poll);
  if (!definition) throw new RangeError(`no long poll "${poll}"`);
  return definition;
}

/**
 * The poll of a command byte. `asRead`: codes that this machine takes as a plain read where the table has another form first.
 */
export const definitionOfCode = (code: number, asRead: ReadonlySet<number> = noCodes): PollDefinition | undefined =>
  asRead.has(code)
    ? pollDefinitions.find((each) => each.code === code && each.type === 'R')
    : definitionsByCode.get(code);

const noCodes: ReadonlySet<number> = new Set();
