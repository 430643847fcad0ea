import type { SerialPort } from 'serialport';

import type { WireSymbol } from '#sas';

import type { ParityControl } from './parity.js';

/** SAS: 19 200 baud, 8 data bits, the wakeup bit in the parity's place, 1 stop bit. */
export const sasWire = { baudRate: 19_200, dataBits: 8, stopBits: 1 } as const;

interface Run {
  readonly wakeup: boolean;
  readonly bytes: Buffer;
}

/** Symbols in runs of one wakeup bit, because each change of it waits for the UART to be empty. */
export function runsOf(symbols: readonly WireSymbol[]): Run[] {
  const runs: { wakeup: boolean; bytes: number[] }[] = [];
  for (const { wakeup, byte } of symbols) {
    const last = runs.at(-1);
    if (last?.wakeup === wakeup) last.bytes.push(byte);
    else runs.push({ wakeup, bytes: [byte] });
  }
  return runs.map((run) => ({ wakeup: run.wakeup, bytes: Buffer.from(run.bytes) }));
}

/** The descriptor of an open port on Linux; the binding carries it, its type does not say so. */
export function descriptorOf(port: SerialPort): number {
  const binding: unknown = port.port;
  if (typeof binding === 'object' && binding !== null && 'fd' in binding && typeof binding.fd === 'number') {
    return binding.fd;
  }
  throw new Error('this system’s serial ports do not show their descriptor');
}

const writeAll = (port: SerialPort, bytes: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    port.write(bytes, (error) => (error ? reject(error) : resolve()));
  });

const drained = (port: SerialPort): Promise<void> =>
  new Promise((resolve, reject) => {
    port.drain((error) => (error ? reject(error) : resolve()));
  });

/** Writes symbols; without a parity control (`raw`) the bytes alone. Afterwards the line is at SPACE, as answers come and are heard. */
export async function sendSymbols(
  port: SerialPort,
  parity: ParityControl | null,
  symbols: readonly WireSymbol[],
): Promise<void> {
  if (!parity) return writeAll(port, Buffer.from(symbols.map(({ byte }) => byte)));
  const descriptor = descriptorOf(port);
  for (const { wakeup, bytes } of runsOf(symbols)) {
    parity.set(descriptor, wakeup);
    await writeAll(port, bytes);
    await drained(port);
  }
  parity.set(descriptor, false);
}
