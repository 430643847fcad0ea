import { SerialPort } from 'serialport';

import { rawRequestDecoder, type WireSymbol } from '#sas';

import { markedDecoder } from './marked-decoder.js';
import { parityControl } from './parity.js';
import { descriptorOf, sasWire, sendSymbols } from './symbols-out.js';

export interface SerialMachineLine {
  say(symbols: readonly WireSymbol[]): void;
  close(): Promise<void>;
}

/**
 * A machine's end of a serial line: it sees which bytes of the host carry the wakeup bit. `raw`, for a pty or a host without the ninth bit,
 * takes the first byte of each message for it.
 * @throws when the device cannot be opened, or does not carry the ninth bit
 */
export async function openSerialMachineLine(
  path: string,
  raw: boolean,
  hear: (symbols: readonly WireSymbol[]) => void,
  failed: (error: unknown) => void,
): Promise<SerialMachineLine> {
  const port = new SerialPort({ path, ...sasWire, parity: raw ? 'none' : 'even', autoOpen: false });
  const parity = raw ? null : parityControl();
  const decoder = raw ? rawRequestDecoder() : markedDecoder();
  await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
  try {
    parity?.begin(descriptorOf(port));
    parity?.markWakeups(descriptorOf(port));
  } catch (error) {
    port.close();
    throw error;
  }
  port.on('data', (chunk: Buffer) => {
    const symbols = decoder.decode(chunk);
    if (symbols && symbols.length > 0) hear(symbols);
  });
  port.on('error', failed);
  let sending: Promise<void> = Promise.resolve();
  return {
    say: (symbols) => {
      sending = sending.then(() => sendSymbols(port, parity, symbols)).catch(failed);
    },
    close: async () => {
      await sending;
      await new Promise<void>((resolve) => port.close(() => resolve()));
    },
  };
}
