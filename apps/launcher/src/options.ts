import { parseArgs } from 'node:util';

import { CannotStart } from './runtime-folder.js';

export interface LauncherOptions {
  /** Whether a demo hall with simulated machines is run. */
  readonly demo: boolean;
  readonly machines: number;
  readonly gameEveryMs: number;
  readonly help: boolean;
}

export const usage = `npm start -- [options]

  --no-demo            an empty platform: no hall, no machines
  --machines N         simulated machines of the demo, 1 to 200 (24)
  --game-every MS      milliseconds between two games of a machine, 0 for none (10000)
  --help               this text

Settings come from the environment, or from the file that CONFIG_FILE names: PORT, HOST, DATA_DIR, EVENTSTORE_URL,
MONGODB_URL, MASTER_KEY, CALLBACKS_ALLOW, LOG_LEVEL. docs/reference/configuration.md explains them.`;

/** @throws {CannotStart} an option is not known, or not what it must be */
export function launcherOptions(args: readonly string[]): LauncherOptions {
  const { values } = parsed(args);
  return {
    demo: !values['no-demo'],
    machines: whole('--machines', values.machines, 1, 200),
    gameEveryMs: whole('--game-every', values['game-every'], 0, 3_600_000),
    help: values.help,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        'no-demo': { type: 'boolean', default: false },
        machines: { type: 'string', default: '24' },
        'game-every': { type: 'string', default: '10000' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new CannotStart(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  }
}

function whole(option: string, text: string, minimum: number, maximum: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= minimum && value <= maximum) return value;
  throw new CannotStart(`${option} must be a whole number from ${minimum} to ${maximum}, not ${text}.`);
}
