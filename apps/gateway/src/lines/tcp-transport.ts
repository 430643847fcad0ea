import { connect, type Socket } from 'node:net';

import { encodeRaw, encodeSymbols, rawDecoder, symbolDecoder } from '#sas';

import { reopener, type Transport, type TransportEvents } from './transport.js';

/** Bytes that may wait for a peer that does not read; beyond it the connection is given up. */
const maximumWaitingBytes = 64 * 1024;

/** A line over TCP: two bytes a symbol, or with `?raw` plain bytes without the wakeup bit. */
export function tcpTransport(url: string, events: TransportEvents): Transport {
  const { hostname, port, search } = new URL(url);
  const raw = search === '?raw';
  const encode = raw ? encodeRaw : encodeSymbols;
  let socket: Socket | null = null;
  let open = false;
  const again = reopener(dial);

  function dial(): void {
    const dialled = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port), noDelay: true });
    const decoder = raw ? rawDecoder() : symbolDecoder();
    let reason = 'the other side closed';
    socket = dialled;
    dialled.on('connect', () => {
      open = true;
      again.opened();
      events.changed('open');
    });
    dialled.on('data', (chunk) => {
      const symbols = decoder.decode(chunk);
      if (symbols === null) dialled.destroy(new Error('what came is not two bytes a symbol'));
      else if (symbols.length > 0) events.symbols(symbols);
    });
    dialled.on('error', (error) => {
      reason = error.message;
    });
    dialled.on('close', () => {
      open = false;
      events.changed('lost', reason);
      again.lost();
    });
  }

  dial();
  return {
    send: (symbols) => {
      if (!open || !socket) return;
      if (socket.writableLength > maximumWaitingBytes) socket.destroy(new Error('the other side does not read'));
      else socket.write(encode(symbols));
    },
    close: () => {
      again.stop();
      socket?.destroy();
    },
  };
}
