import { parseArgs } from 'node:util';

import { ArchiveInvalid } from '#evidence';
import { NoteInvalid } from '#tamper-log';

import type { Output, TallyCommand } from './command.js';
import { commands } from './commands.js';
import { type ExitCode, exitCodes, Stopped, usage } from './exit-codes.js';

/** Where `tally` writes. */
export interface Streams {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
  /** Whether standard error is a terminal, where a line can be written over. */
  readonly isTerminal: boolean;
}

/** Runs one command line. Never throws; the exit code says how it went. */
export async function tally(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  streams: Streams,
): Promise<ExitCode> {
  try {
    const [first, second] = args;
    if (first === undefined || first === 'help' || first === '--help') return help(streams);
    const command = commands.find(({ name }) => name === `${first} ${second}` || name === first);
    if (!command) throw usage(`There is no command '${args.slice(0, 2).join(' ')}'; tally help lists them.`);
    const { positionals, values } = parsed(command, args.slice(command.name.split(' ').length));
    if (values.help === true) return help(streams, [command]);
    const output = outputOf(values.json === true, streams);
    return await command.run({ positionals, options: values, env: setIn(env) }, output);
  } catch (error) {
    return failed(error, streams);
  }
}

/** An empty variable is one that is not set. */
const setIn = (env: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));

function parsed(command: TallyCommand, args: readonly string[]) {
  try {
    const options = { ...command.options, json: { type: 'boolean' }, help: { type: 'boolean' } } as const;
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw usage(`${why}\nusage: tally ${command.name} ${command.arguments} [--json]`);
  }
}

function outputOf(asJson: boolean, { out, error, isTerminal }: Streams): Output {
  return {
    line: (text) => void (asJson || out(`${text}\n`)),
    json: (value) => void (asJson && out(`${JSON.stringify(value)}\n`)),
    progress: (text) => void (isTerminal && error(`\r\u001b[K${text}\r`)),
  };
}

function help({ out }: Streams, shown: readonly TallyCommand[] = commands): ExitCode {
  const lines = shown.map(({ name, arguments: rest, summary }) => `  tally ${name} ${rest}\n      ${summary}\n`);
  out(`${lines.join('\n')}\n${about}\n`);
  return exitCodes.good;
}

const about = `Every command takes --json. Exit codes: 0 good, 1 disagreement or a proof that does not hold, 2 usage, 3 not reachable.
Commands that ask the platform sign in with TALLY_CLIENT_ID and TALLY_CLIENT_SECRET at --url or TALLY_URL, or as the regulator of
the demo in --data DIR (./data). log verify reads the stores themselves: EVENTSTORE_URL and MONGODB_URL, or those of npm start.`;

function failed(error: unknown, { error: write }: Streams): ExitCode {
  if (error instanceof Stopped) {
    write(`${error.message}\n`);
    return error.exitCode;
  }
  const message = error instanceof Error ? error.message : String(error);
  write(`${message}\n`);
  if (error instanceof NoteInvalid || error instanceof ArchiveInvalid) return exitCodes.disagreement;
  return isMissingFile(error) ? exitCodes.usage : exitCodes.unavailable;
}

const isMissingFile = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
