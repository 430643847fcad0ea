import { parseArgs } from 'node:util';

import { z } from 'zod';

import { machineProfileNames, type MachineProfileName } from '#sas';

export const usage = `usage: sas-machine --listen tcp:PORT | --serial DEVICE [--script FILE] [--profile NAME] [--address N] [--raw]
  --listen tcp:PORT or tcp:HOST:PORT   two bytes a symbol, 00 or 01 for the wakeup bit and then the byte; HOST is 127.0.0.1
  --serial DEVICE                      a serial port, the wakeup bit as parity; a pty with --raw
  --raw                                plain bytes without the wakeup bit
  --script FILE                        YAML: the machine's profile, what people do, what the line does
  --profile NAME                       ${machineProfileNames.join(', ')}
  --address N                          1 to 127; 1`;

const listenAddress = /^tcp:(?:([^:]+):)?(\d{1,5})$/;
const highestPort = 65_535;

const optionsSchema = z
  .strictObject({
    listen: z.string().regex(listenAddress, 'must be tcp:PORT or tcp:HOST:PORT').optional(),
    serial: z.string().min(1).optional(),
    script: z.string().min(1).optional(),
    profile: z.enum(machineProfileNames, `must be one of ${machineProfileNames.join(', ')}`).optional(),
    address: z
      .string()
      .regex(/^\d{1,3}$/, 'must be a whole number from 1 to 127')
      .default('1')
      .transform(Number)
      .refine((address) => address >= 1 && address <= 127, 'must be from 1 to 127'),
    raw: z.boolean().default(false),
  })
  .refine(({ listen, serial }) => (listen === undefined) !== (serial === undefined), {
    path: ['listen'],
    message: 'or --serial, one of the two',
  });

export interface MachineOptions {
  readonly line:
    | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
    | { readonly kind: 'serial'; readonly path: string };
  readonly script: string | undefined;
  readonly profile: MachineProfileName | undefined;
  readonly address: number;
  readonly raw: boolean;
}

export type ParsedOptions =
  { readonly ok: true; readonly options: MachineOptions } | { readonly ok: false; readonly errors: readonly string[] };

/** Reads the command line; all errors at once, each naming its option. */
export function parseOptions(argv: readonly string[]): ParsedOptions {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        ...{ listen: { type: 'string' }, serial: { type: 'string' }, script: { type: 'string' } },
        ...{ profile: { type: 'string' }, address: { type: 'string' }, raw: { type: 'boolean' } },
      },
    });
    const parsed = optionsSchema.safeParse({ ...values });
    if (!parsed.success) {
      return { ok: false, errors: parsed.error.issues.map(({ path, message }) => `--${path.join('.')} ${message}`) };
    }
    return { ok: true, options: optionsOf(parsed.data) };
  } catch (error) {
    return { ok: false, errors: [error instanceof Error ? error.message : String(error)] };
  }
}

function optionsOf({
  listen,
  serial = '',
  script,
  profile,
  address,
  raw,
}: z.output<typeof optionsSchema>): MachineOptions {
  const [, host = '127.0.0.1', port = '0'] = listenAddress.exec(listen ?? '') ?? [];
  const line =
    listen === undefined
      ? ({ kind: 'serial', path: serial } as const)
      : ({ kind: 'tcp', host, port: Math.min(highestPort, Number(port)) } as const);
  return { line, script, profile, address, raw };
}
