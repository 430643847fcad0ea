import { parseArgs } from 'node:util';

import { z } from 'zod';

import { maximumMachinesPerLine } from '#sas';

/** More machines than this one process cannot step in time. */
export const maximumMachines = 500;

const whole = (minimum: number, maximum: number): z.ZodType<number> =>
  z
    .string()
    .regex(/^\d+$/, `must be a whole number from ${minimum} to ${maximum}`)
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, `must be from ${minimum} to ${maximum}`);

const optionsSchema = z.object({
  data: z.string('is required: the folder of the machines').min(1),
  machines: whole(1, maximumMachines),
  'machines-per-line': whole(1, maximumMachinesPerLine),
  seed: whole(0, 0xffff_ffff),
  port: whole(0, 65_535),
  'game-every-ms': whole(0, 86_400_000),
  raw: z.boolean(),
  'play-without-host': z.boolean(),
});

export interface FloorOptions {
  readonly dataDir: string;
  readonly machines: number;
  readonly machinesPerLine: number;
  readonly seed: number;
  /** Of the first line, the others follow, the control interface comes last; 0: the ports of last time, or any. */
  readonly port: number;
  /** Milliseconds between the starts of two games of a machine; 0: nobody plays. */
  readonly gameEveryMs: number;
  /** Plain bytes on the lines, without the wakeup bit. */
  readonly raw: boolean;
  /** Whether machines play while no host polls them; after a while their queues overflow then. */
  readonly playWithoutHost: boolean;
}

export type ParsedOptions =
  { readonly ok: true; readonly options: FloorOptions } | { readonly ok: false; readonly errors: readonly string[] };

type Arguments = Record<string, string | boolean | undefined>;

function argumentsOf(argv: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      data: { type: 'string' },
      machines: { type: 'string', default: '24' },
      'machines-per-line': { type: 'string', default: '1' },
      seed: { type: 'string', default: '1' },
      port: { type: 'string', default: '0' },
      'game-every-ms': { type: 'string', default: '10000' },
      raw: { type: 'boolean', default: false },
      'play-without-host': { type: 'boolean', default: false },
    },
  });
  return values;
}

/** Reads the command line; all errors at once, each naming its option. */
export function parseOptions(argv: readonly string[]): ParsedOptions {
  let values: Arguments;
  try {
    values = argumentsOf(argv);
  } catch (error) {
    return { ok: false, errors: [error instanceof Error ? error.message : String(error)] };
  }
  const parsed = optionsSchema.safeParse(values);
  if (!parsed.success) {
    return { ok: false, errors: parsed.error.issues.map(({ path, message }) => `--${path.join('.')} ${message}`) };
  }
  const { data, machines, seed, port, raw } = parsed.data;
  return {
    ok: true,
    options: {
      dataDir: data,
      machines,
      machinesPerLine: parsed.data['machines-per-line'],
      seed,
      port,
      gameEveryMs: parsed.data['game-every-ms'],
      raw,
      playWithoutHost: parsed.data['play-without-host'],
    },
  };
}
