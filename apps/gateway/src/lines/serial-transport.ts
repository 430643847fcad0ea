import { SerialPort } from 'serialport';

import { descriptorOf, parityControl, sasWire, sendSymbols } from '#serial-line';

import { reopener, type Transport, type TransportEvents } from './transport.js';

/** A line on a serial port; `raw` for a pty or a converter without the ninth bit. The wakeup bit of what is heard is not seen: the port's driver hides it. */
export function serialTransport(path: string, raw: boolean, events: TransportEvents): Transport {
  const parity = raw ? null : parityControl();
  let port: SerialPort | null = null;
  let sending: Promise<void> = Promise.resolve();
  const again = reopener(openPort);

  function openPort(): void {
    const opening = new SerialPort({ path, ...sasWire, parity: raw ? 'none' : 'even', autoOpen: false });
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
      try {
        parity?.begin(descriptorOf(opening));
      } catch (refusal) {
        return lose(refusal instanceof Error ? refusal.message : String(refusal));
      }
      again.opened();
      events.changed('open');
    });
  }

  openPort();
  return {
    send: (symbols) => {
      const open = port;
      if (!open?.isOpen) return;
      const send = sending.then(() => sendSymbols(open, parity, symbols));
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
