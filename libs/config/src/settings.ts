import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

import type { z } from 'zod';

/** Variables by name, as the environment and files give them. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Settings that cannot be used: every wrong variable at once, each by name. */
export class SettingsInvalid extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The settings are not valid:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'SettingsInvalid';
  }
}

/**
 * Reads settings from variables. An empty variable is one that is not set.
 * @throws {SettingsInvalid} naming every variable that is wrong, and why
 */
export function readSettings<Schema extends z.ZodObject>(schema: Schema, variables: Variables): z.output<Schema> {
  const set = Object.fromEntries(
    Object.entries(variables).filter(([name, value]) => value !== undefined && value !== '' && name in schema.shape),
  );
  const parsed = schema.safeParse(set);
  if (parsed.success) return parsed.data;
  throw new SettingsInvalid(
    parsed.error.issues.map(({ path, message }) => `${path[0]?.toString() ?? 'settings'} ${message}`),
  );
}

/**
 * The environment, over the file that `CONFIG_FILE` names (lines of `NAME=value`).
 * @throws {SettingsInvalid} the file cannot be read
 */
export function variablesOf(environment: Variables): Variables {
  const file = environment.CONFIG_FILE;
  if (!file) return environment;
  try {
    return { ...parseEnv(readFileSync(file, 'utf8')), ...environment };
  } catch (error) {
    throw new SettingsInvalid([
      `CONFIG_FILE ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    ]);
  }
}
