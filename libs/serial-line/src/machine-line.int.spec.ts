import { closeSync, openSync } from 'node:fs';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import type { WireSymbol } from '#sas';

import { openSerialMachineLine, type SerialMachineLine } from './machine-line.js';
import { noNinthBit, parityControl } from './parity.js';
import { openPty, type Pty } from './pty.test-support.js';

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
};
const fail = (error: unknown): never => {
  throw error;
};

describe('a machine’s end of a serial line', () => {
  let pty: Pty;
  let line: SerialMachineLine | undefined;

  beforeEach(() => {
    pty = openPty();
  });
  afterEach(async () => {
    await line?.close();
    line = undefined;
    pty.close();
  });

  it('takes the first byte of each message for the one with the wakeup bit, where there is none', async () => {
    const heard: WireSymbol[] = [];
    line = await openSerialMachineLine(pty.path, true, (symbols) => heard.push(...symbols), fail);
    pty.write(Uint8Array.of(0x80, 0x81, 0x01, 0x2f, 0x03));
    await until(() => heard.length === 5);
    pty.write(Uint8Array.of(0x00, 0x00, 0x0c, 0x11, 0x22, 0x81));
    await until(() => heard.length === 11);
    expect(heard.filter(({ wakeup }) => wakeup).map(({ byte }) => byte)).toEqual([0x80, 0x81, 0x01, 0x81]);
  });

  it('says every byte as it is, also those that a terminal takes for its own', async () => {
    line = await openSerialMachineLine(pty.path, true, () => undefined, fail);
    const said: number[] = [];
    pty.heard((bytes) => said.push(...bytes));
    const bytes = [0x0a, 0x0d, 0x11, 0x13, 0x04, 0x03, 0x7f, 0xff, 0x00];
    line.say(bytes.map((byte) => ({ wakeup: false, byte })));
    await until(() => said.length === bytes.length);
    expect(said).toEqual(bytes);
  });

  it('is refused on a port that drops the ninth bit', async () => {
    await expect(openSerialMachineLine(pty.path, false, () => undefined, fail)).rejects.toThrow(noNinthBit);
  });

  it('finds the flags of the system’s termios where it looks for them', () => {
    const descriptor = openSync(pty.path, 'r+');
    const parity = parityControl();
    for (const wakeup of [true, false, true]) parity.set(descriptor, wakeup);
    parity.markWakeups(descriptor);
    closeSync(descriptor);
  });
});
