import { readFile } from 'node:fs/promises';

import { machineProfiles, parseScript, TcpLine, type MachineScript, type WireSymbol } from '#sas';
import { openSerialMachineLine } from '#serial-line';

import { parseOptions, usage, type MachineOptions } from './options.js';
import { ScriptedMachine } from './scripted-machine.js';

/** How often the machine and the people around it are asked what they do. */
const tickMs = 20;

interface OpenLine {
  say(symbols: readonly WireSymbol[]): void;
  close(): Promise<void>;
  readonly place: string;
}

function stop(reason: string): never {
  process.stderr.write(`sas-machine: ${reason}\n`);
  process.exit(1);
}

const print = (entry: Readonly<Record<string, unknown>>): void =>
  void process.stdout.write(`${JSON.stringify(entry)}\n`);

async function scriptOf({ script, profile }: MachineOptions): Promise<MachineScript> {
  const empty = { version: 1, ...(profile === undefined ? {} : { profile }) };
  const read = parseScript(
    script ?? 'the script',
    script === undefined ? JSON.stringify(empty) : await readFile(script, 'utf8'),
  );
  return profile === undefined ? read : { ...read, profile: machineProfiles[profile] };
}

async function openLine(
  { line, raw }: MachineOptions,
  hear: (symbols: readonly WireSymbol[]) => void,
): Promise<OpenLine> {
  if (line.kind === 'serial') {
    const serial = await openSerialMachineLine(line.path, raw, hear, (error) => stop(String(error)));
    return { say: (symbols) => serial.say(symbols), close: () => serial.close(), place: line.path };
  }
  const tcp = await TcpLine.listen({ host: line.host, port: line.port, raw }, hear);
  const place = `tcp://${line.host}:${tcp.port}${raw ? '?raw' : ''}`;
  return { say: (symbols) => tcp.say(symbols), close: () => tcp.close(), place };
}

async function main(): Promise<void> {
  const parsed = parseOptions(process.argv.slice(2));
  if (!parsed.ok) stop(`${parsed.errors.join('\nsas-machine: ')}\n${usage}`);
  const { options } = parsed;
  const script = await scriptOf(options);
  const line = await openLine(options, (symbols) => machine.hear(symbols));
  const machine = new ScriptedMachine({
    ...{ script, address: options.address, serial: `TH${String(options.address).padStart(6, '0')}` },
    now: Date.now,
    say: (symbols) => line.say(symbols),
    later: (ms, run) => void setTimeout(run, ms),
    log: print,
  });
  const living = setInterval(() => machine.live(), tickMs);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      clearInterval(living);
      void line.close().then(() => process.exit(0));
    });
  }
  print({ ready: true, line: line.place, address: options.address, script: script.name });
}

main().catch((error: unknown) => stop(error instanceof Error ? error.message : String(error)));
