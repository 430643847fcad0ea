import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { DurableMachine } from './durable-machine.js';
import type { MachineState } from './state.js';
import { TcpLine, type TcpLineOptions } from './tcp-line.js';

/** Machines that one line carries, each at an address of its own. */
export const maximumMachinesPerLine = 127;

export interface ServedLine {
  readonly port: number;
  readonly machines: readonly DurableMachine[];
  /** Hangs up and powers the machines down. */
  close(): Promise<void>;
}

export interface LineOfMachines extends TcpLineOptions {
  /** Folder of the machines' memories, one file each. */
  readonly folder: string;
  /** The machines as they are when they have no memory yet. */
  readonly machines: readonly MachineState[];
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** A machine's disk failed: it is dead, and the process should be. */
  readonly failed: (error: unknown) => void;
}

function assertLine(machines: readonly MachineState[]): void {
  const addresses = new Set(machines.map(({ address }) => address));
  if (machines.length > maximumMachinesPerLine)
    throw new RangeError(`a line carries ${maximumMachinesPerLine} machines`);
  if (addresses.size < machines.length) throw new RangeError('two machines have the same address on one line');
}

/**
 * Powers machines up and serves them on one line over TCP: two bytes a symbol, or plain bytes (`raw`).
 * @throws when the port is taken or a memory cannot be read
 */
export async function serveLine(options: LineOfMachines): Promise<ServedLine> {
  const { folder, now, failed } = options;
  assertLine(options.machines);
  await mkdir(folder, { recursive: true });
  const machines: DurableMachine[] = [];
  const line = await TcpLine.listen(options, (symbols) => {
    for (const machine of machines) machine.apply({ input: 'symbols', symbols }).catch(failed);
  });
  for (const machine of options.machines) {
    const path = join(folder, `${machine.serial}.nvram`);
    machines.push(await DurableMachine.powerUp(path, machine, now, (symbols) => line.say(symbols)));
  }
  return {
    port: line.port,
    machines,
    close: async () => {
      await line.close();
      await Promise.all(machines.map((machine) => machine.close()));
    },
  };
}
