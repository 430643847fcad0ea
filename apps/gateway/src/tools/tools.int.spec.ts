import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { encodeRequest, hostSymbols, machineProfiles, newMachine, powerUp, stepMachine, TcpLine } from '#sas';

import { CaptureFile, readCapture } from './capture-file.js';
import { examineLine } from './doctor.js';
import { replayCapture, tellCapture } from './replay.js';

describe('the tools of a line', () => {
  let folder: string;
  let line: TcpLine | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tools-'));
  });
  afterEach(async () => {
    await line?.close();
    line = undefined;
    await rm(folder, { recursive: true });
  });

  it('doctor prints every byte with its meaning, and who is not there', async () => {
    const machine = newMachine({ address: 3, serial: 'TH-3', profile: machineProfiles.standard, seed: 1 });
    let state = powerUp(machine, Date.now(), false);
    const served = await TcpLine.listen({ host: '127.0.0.1', port: 0 }, (symbols) => {
      const step = stepMachine(state, { input: 'symbols', symbols }, Date.now());
      ({ state } = step);
      if (step.symbols.length > 0) served.say(step.symbols);
    });
    line = served;
    const printed: string[] = [];
    const url = `tcp://127.0.0.1:${line.port}`;
    expect(await examineLine({ url, addresses: [3, 4], print: (text) => printed.push(text) })).toBe(1);
    expect(state.books.queue).toHaveLength(1);
    expect(printed).toContain('→ 03 54   machine 3: SAS version and serial number');
    expect(printed.find((text) => text.includes('serial "TH-3"'))).toBeDefined();
    expect(printed.find((text) => text.startsWith('machine 3 is there: SAS 6.02, serial number TH-3'))).toContain(
      'game TH TALLY1, 0.01 a credit, 1 game, 0 credits',
    );
    expect(printed).toContain('  answers to extended meters (6F), AFT, asset number 122');
    expect(printed).toContain('machine 4 did not answer');
  });

  it('doctor says so when there is no line', async () => {
    await expect(examineLine({ url: 'tcp://127.0.0.1:1', addresses: [1], print: () => undefined })).rejects.toThrow(
      'tcp://127.0.0.1:1 cannot be reached',
    );
  });

  it('a capture is told in words, and run again by the host that the gateway has', () => {
    const path = join(folder, 'line.capture');
    let now = 1000;
    const capture = new CaptureFile(path, { line: 'tcp://somewhere:1', timeZone: 'Europe/Vienna' }, () => now);
    const poll = [
      ...hostSymbols(encodeRequest({ kind: 'general-poll', address: 0 })),
      ...hostSymbols(encodeRequest({ kind: 'general-poll', address: 1 })),
    ];
    const said = (...bytes: number[]) => bytes.map((byte) => ({ wakeup: false, byte }));
    for (const reply of [said(0x01, 0xff, 0x11, 0x14, 0xa4), said(0x00)]) {
      capture.note('host', poll);
      capture.note('machine', reply);
      now += 1000;
    }
    capture.close();
    const read = readCapture(path);
    expect(tellCapture(read).map((text) => text.trim())).toEqual([
      '0.0 → 80 81   general poll of machine 1',
      '0.0 ← 01 FF 11 14 A4   event 11 slot door opened',
      '1000.0 → 80 81   general poll of machine 1',
      '1000.0 ← 00   00 nothing to report',
    ]);
    const kinds = replayCapture(read).map(({ body }) => body.kind);
    expect(kinds).toEqual(['came-online', 'door-opened']);
  });

  it('a file that is no capture is refused by its line', async () => {
    const path = join(folder, 'x');
    await writeFile(path, '{"capture":1,"line":"x","began":"2026-01-15T13:30:00.000Z"}\n{"at":"soon"}\n');
    expect(() => readCapture(path)).toThrow(`${path}, line 2: not a capture's`);
  });
});
