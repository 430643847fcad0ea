import { LineCounter, parseDocument, type Document } from 'yaml';
import { z } from 'zod';

import { faultOfFixedAnswer } from './answers/fixed-answers.js';
import { cabinetInputSchema } from './inputs.js';
import { lineFaultsSchema } from './line-faults.js';
import { machineProfileSchema, type MachineProfile } from './profile.js';
import { machineProfileNames, machineProfiles } from './profiles.js';

/** Steps of one script, and times that it may be repeated. */
export const maximumScriptSteps = 100_000;
export const maximumScriptRepeats = 1_000_000;

const seconds = z.number().min(0).max(604_800);
const millisecondsPerSecond = 1000;

const overrides = machineProfileSchema
  .omit({ aft: true })
  .partial()
  .extend({ aft: machineProfileSchema.shape.aft.partial().optional(), like: z.enum(machineProfileNames).optional() })
  .superRefine(({ fixedAnswers = [] }, context) => {
    for (const [at, fixed] of fixedAnswers.entries()) {
      const message = faultOfFixedAnswer(fixed);
      if (message !== null) context.addIssue({ code: 'custom', path: ['fixedAnswers', at, 'answer'], message });
    }
  });

const stepSchema = z.strictObject({
  /** Seconds after the script's start. */
  at: seconds,
  do: z.union([cabinetInputSchema, z.enum(['stop-play', 'start-play'])]).optional(),
  line: lineFaultsSchema.optional(),
});

export const machineScriptSchema = z.strictObject({
  version: z.literal(1),
  name: z.string().max(200).default(''),
  /** A profile's name, or one with other fields. */
  profile: z.union([z.enum(machineProfileNames), overrides]).default('standard'),
  seed: z.int().min(0).max(0xffff_ffff).default(1),
  /** Somebody plays, with a game so often. */
  play: z.strictObject({ gameEvery: seconds }).optional(),
  line: lineFaultsSchema.optional(),
  steps: z.array(stepSchema).max(maximumScriptSteps).default([]),
  /** The steps again, so many times, each time so many seconds later. */
  repeat: z.strictObject({ times: z.int().min(1).max(maximumScriptRepeats), every: seconds }).optional(),
});

type ParsedScript = z.output<typeof machineScriptSchema>;

export interface ScriptStep {
  /** Milliseconds after the script's start. */
  readonly atMs: number;
  readonly do?: ParsedScript['steps'][number]['do'];
  readonly line?: ParsedScript['steps'][number]['line'];
}

/** An evening written down: what a machine is, what people do to it, and what its line does. */
export interface MachineScript {
  readonly name: string;
  readonly profile: MachineProfile;
  readonly seed: number;
  /** 0: nobody plays. */
  readonly gameEveryMs: number;
  readonly line: ParsedScript['line'];
  /** In order of time. */
  readonly steps: readonly ScriptStep[];
  readonly repeat: { readonly times: number; readonly everyMs: number };
}

/** Everything that is wrong with a script, each with its place in the file. */
export class ScriptError extends Error {
  constructor(
    file: string,
    readonly problems: readonly string[],
  ) {
    super(`${file} cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ScriptError';
  }
}

function profileOf(profile: ParsedScript['profile']): MachineProfile {
  if (typeof profile === 'string') return machineProfiles[profile];
  const { like = 'standard', aft, ...rest } = profile;
  const base: MachineProfile = machineProfiles[like];
  return machineProfileSchema.parse({ ...base, ...rest, aft: { ...base.aft, ...aft } });
}

function scriptOf({ name, profile, seed, play, line, steps, repeat }: ParsedScript): MachineScript {
  return {
    name,
    profile: profileOf(profile),
    seed,
    gameEveryMs: (play?.gameEvery ?? 0) * millisecondsPerSecond,
    line,
    steps: steps
      .map(({ at, ...rest }) => ({ atMs: at * millisecondsPerSecond, ...rest }))
      .sort((a, b) => a.atMs - b.atMs),
    repeat: { times: repeat?.times ?? 1, everyMs: (repeat?.every ?? 0) * millisecondsPerSecond },
  };
}

/**
 * Reads a script in YAML.
 * @param file its name, for what is said about it
 * @throws {ScriptError} naming every error with its line and its path
 */
export function parseScript(file: string, text: string): MachineScript {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0)
    throw new ScriptError(
      file,
      document.errors.map(({ message }) => message.trim()),
    );
  const result = machineScriptSchema.safeParse(document.toJS());
  if (result.success) return scriptOf(result.data);
  throw new ScriptError(
    file,
    result.error.issues.flatMap(innermost).map(({ path, message }) => {
      const place = path.map(String).join('.') || 'the file';
      return `line ${lineOf(document, lines, path)}: ${place}: ${message}`;
    }),
  );
}

interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Of a choice between forms, the errors of the form that fits best: the one with the fewest, then the deepest. */
function innermost(issue: z.core.$ZodIssue): Problem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...issue.path, key], message: 'there is no such field' }));
  }
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
  const forms = issue.errors.filter((errors) =>
    errors.some(({ path, code }) => path.length > 0 || code === 'unrecognized_keys'),
  );
  const [best = issue.errors[0] ?? []] = [...forms].sort((a, b) => a.length - b.length);
  return best
    .flatMap((inner) => innermost(inner))
    .map(({ path, message }) => ({ path: [...issue.path, ...path], message }));
}

/** The line of the nearest thing that is there. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : null;
    if (Array.isArray(range) && typeof range[0] === 'number') return lines.linePos(range[0]).line;
  }
  return 1;
}
