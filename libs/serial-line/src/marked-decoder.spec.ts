import { describe, expect, it } from '@jest/globals';

import { markedDecoder } from './marked-decoder.js';
import { runsOf } from './symbols-out.js';

describe('bytes of a tty that marks parity', () => {
  it('are symbols again, wherever the stream is cut', () => {
    const bytes = [0xff, 0x00, 0x01, 0x72, 0xff, 0xff, 0x00, 0xff, 0x00, 0xff, 0xff, 0x00, 0x81];
    for (let cut = 0; cut < bytes.length; cut += 1) {
      const decoder = markedDecoder();
      const parts = [bytes.slice(0, cut), bytes.slice(cut)];
      const symbols = parts.flatMap((part) => decoder.decode(Uint8Array.from(part)) ?? []);
      expect(symbols).toEqual([
        { wakeup: true, byte: 0x01 },
        { wakeup: false, byte: 0x72 },
        { wakeup: false, byte: 0xff },
        { wakeup: false, byte: 0x00 },
        { wakeup: true, byte: 0xff },
        { wakeup: true, byte: 0x81 },
      ]);
    }
  });
});

describe('symbols on their way out', () => {
  it('go in runs of one wakeup bit', () => {
    const symbol = (wakeup: boolean, byte: number) => ({ wakeup, byte });
    const runs = runsOf([symbol(true, 0x80), symbol(true, 0x01), symbol(false, 0x1a), symbol(false, 0x02)]);
    expect(runs.map(({ wakeup, bytes }) => [wakeup, [...bytes]])).toEqual([
      [true, [0x80, 0x01]],
      [false, [0x1a, 0x02]],
    ]);
  });
});
