import type { ExitCode } from './exit-codes.js';

/** Where a command writes. */
export interface Output {
  /** A line for people; nothing under `--json`. */
  readonly line: (text: string) => void;
  /** The one object of a command under `--json`; nothing for people. */
  readonly json: (value: object) => void;
  /** What is under way, on standard error, on a terminal only. */
  readonly progress: (text: string) => void;
}

export interface CommandLine {
  readonly positionals: readonly string[];
  /** Options by name; one that may be repeated is a list. */
  readonly options: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface OptionKind {
  readonly type: 'string' | 'boolean';
  readonly multiple?: boolean;
}

/** A command of `tally`, as a value: its words, its options, what it does. */
export interface TallyCommand {
  /** Such as `log verify`. */
  readonly name: string;
  readonly arguments: string;
  readonly summary: string;
  readonly options: Readonly<Record<string, OptionKind>>;
  readonly run: (line: CommandLine, output: Output) => Promise<ExitCode>;
}

/** The value of an option that takes one. */
export const textOption = ({ options }: CommandLine, name: string): string | undefined => {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
};
