import { SerialPort } from 'serialport';

import type { WireSymbol } from '#sas';

import { parityControl, type ParityControl } from './parity.js';
import { reopener, type Transport, type TransportEvents } from './transport.js';

/** SAS: 19 200 baud, 8 data bits, the wakeup bit in the parity's place, 1 stop bit. */
const wire = { baudRate: 19_200, dataBits: 8, stopBits: 1, parity: 'even' } as const;

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
function descriptorOf(port: SerialPort): number {
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

async function sendRuns(port: SerialPort, parity: ParityControl, runs: readonly Run[]): Promise<void> {
  const descriptor = descriptorOf(port);
  for (const { wakeup, bytes } of runs) {
    parity.set(descriptor, wakeup);
    await writeAll(port, bytes);
    await drained(port);
  }
  // Answers come with the bit off, and are heard with the bit off.
  parity.set(descriptor, false);
}

/** A line on a serial port. The wakeup bit of what is heard is not seen: the port's driver hides it. */
export function serialTransport(path: string, events: TransportEvents): Transport {
  const parity = parityControl();
  let port: SerialPort | null = null;
  let sending: Promise<void> = Promise.resolve();
  const again = reopener(openPort);

  function openPort(): void {
    const opening = new SerialPort({ path, ...wire, autoOpen: false });
    port = opening;
    const lose = (reason: string): void => {
      if (port !== opening) return;
      port = null;
      if (opening.isOpen) opening.close();
      events.changed('lost', reason);
      again.lost();
    };
    opening.on('data', (chunk: Buffer) => {
      events.symbols(Array.from(chunk, (byte) => ({ wakeup: false, byte })));
    });
    opening.on('close', () => lose('the port was closed'));
    opening.on('error', (error) => lose(error.message));
    opening.open((error) => {
      if (error) return lose(error.message);
      again.opened();
      events.changed('open');
    });
  }

  openPort();
  return {
    send: (symbols) => {
      const open = port;
      if (!open?.isOpen) return;
      const send = sending.then(() => sendRuns(open, parity, runsOf(symbols)));
      sending = send.catch((error: unknown) => void open.emit('error', error));
    },
    close: () => {
      again.stop();
      const open = port;
      port = null;
      if (open?.isOpen) open.close();
    },
  };
}
