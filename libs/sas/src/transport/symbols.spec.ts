import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import {
  encodeRaw,
  encodeSymbols,
  hostSymbols,
  machineSymbols,
  rawDecoder,
  rawRequestDecoder,
  symbolDecoder,
  type WireSymbol,
} from './symbols.js';

const symbols = fc.array(fc.record({ wakeup: fc.boolean(), byte: fc.integer({ min: 0, max: 255 }) }));
const wakeups = (read: readonly WireSymbol[] | null): string =>
  (read ?? []).map(({ wakeup }) => (wakeup ? 'W' : '.')).join('');

describe('symbols in two bytes each', () => {
  it('are read as they were written, however the stream is cut', () => {
    fc.assert(
      fc.property(symbols, fc.integer({ min: 1, max: 7 }), (sent, piece) => {
        const bytes = encodeSymbols(sent);
        const decoder = symbolDecoder();
        const heard: WireSymbol[] = [];
        for (let at = 0; at < bytes.length; at += piece)
          heard.push(...(decoder.decode(bytes.subarray(at, at + piece)) ?? []));
        expect(heard.map((symbol) => ({ ...symbol }))).toEqual(sent.map((symbol) => ({ ...symbol })));
      }),
    );
  });

  it('wake up the line with the first byte of a host only', () => {
    expect(encodeSymbols(hostSymbols(Uint8Array.of(0x01, 0x1a)))).toEqual(Uint8Array.of(1, 0x01, 0, 0x1a));
    expect(encodeSymbols(machineSymbols(Uint8Array.of(0x01, 0xff)))).toEqual(Uint8Array.of(0, 0x01, 0, 0xff));
  });

  it('end the stream when it is something else', () => {
    expect(symbolDecoder().decode(Uint8Array.of(0x47, 0x45))).toBeNull();
  });
});

describe('plain bytes', () => {
  it('lose the wakeup bit', () => {
    expect(encodeRaw(hostSymbols(Uint8Array.of(0x01, 0x1a)))).toEqual(Uint8Array.of(0x01, 0x1a));
    expect(wakeups(rawDecoder().decode(Uint8Array.of(0x01, 0x1a)))).toBe('..');
  });

  it('start a message where the one before is whole, cut or not', () => {
    const decoder = rawRequestDecoder();
    expect(wakeups(decoder.decode(Uint8Array.of(0x80, 0x81, 0x01, 0x1a, 0x01)))).toBe('WWW.W');
    expect(wakeups(decoder.decode(Uint8Array.of(0x01, 0x51, 0x08, 0x80)))).toBe('...W');
  });

  it('forget a message that was broken off', () => {
    let now = 0;
    const decoder = rawRequestDecoder(() => now);
    expect(wakeups(decoder.decode(Uint8Array.of(0x01, 0x6f, 0x06)))).toBe('W..');
    now = 200;
    expect(wakeups(decoder.decode(Uint8Array.of(0x81, 0x01, 0x1a)))).toBe('WW.');
  });

  it('leave the data of an unknown poll alone until the burst is over', () => {
    const decoder = rawRequestDecoder();
    expect(wakeups(decoder.decode(Uint8Array.of(0x01, 0xf0, 0x81, 0x81)))).toBe('W...');
    expect(wakeups(decoder.decode(Uint8Array.of(0x81)))).toBe('W');
  });
});
