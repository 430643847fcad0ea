import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { encodeSymbols, hostSymbols, symbolDecoder } from '#sas';

import { openCable } from '../../libs/serial-line/src/pty.test-support.js';
import { until } from '../support/processes.js';

const program = fileURLToPath(new URL('../../dist/apps/sas-machine/src/main.js', import.meta.url));

interface Ready {
  readonly line: string;
}

describe('the simulator on its own', () => {
  let folder: string;
  let child: ChildProcess | undefined;
  let socket: Socket | undefined;
  const printed: Record<string, unknown>[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sasm-'));
    printed.length = 0;
  });
  afterEach(async () => {
    socket?.destroy();
    if (child?.exitCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    await rm(folder, { recursive: true });
  });

  const start = async (...options: string[]): Promise<Ready> => {
    child = spawn(process.execPath, [program, ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
    if (!child.stdout) throw new TypeError('no output');
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => printed.push(JSON.parse(line) as Record<string, unknown>));
    await once(lines, 'line');
    return { line: String(printed[0]?.line) };
  };

  const dial = async (url: string): Promise<Socket> => {
    const { hostname, port } = new URL(url);
    const dialled = connect(Number(port), hostname);
    socket = dialled;
    await once(dialled, 'connect');
    return dialled;
  };

  const ask = async (line: Socket, bytes: readonly number[]): Promise<number[]> => {
    line.write(Uint8Array.from(bytes));
    const [chunk] = (await once(line, 'data')) as [Buffer];
    return [...chunk];
  };

  it('answers any host in plain bytes, and lives by its script', async () => {
    const script = join(folder, 'evening.yaml');
    await writeFile(script, 'version: 1\nname: a door\nsteps:\n  - { at: 0, do: { input: open-door, door: slot } }\n');
    const { line } = await start('--listen', 'tcp:0', '--raw', '--script', script);
    const host = await dial(line);
    host.write(Uint8Array.of(0x80));
    expect(await ask(host, [0x81])).toEqual([0x17]);
    await until(() => printed.some(({ input, door }) => input === 'open-door' && door === 'slot'));
    host.write(Uint8Array.of(0x80));
    expect(await ask(host, [0x81])).toEqual([0x11]);
    expect((await ask(host, [0x01, 0x54])).slice(0, 6)).toEqual([0x01, 0x54, 0x0b, 0x36, 0x30, 0x32]);
  });

  it('answers with the wakeup bit in two bytes a symbol', async () => {
    const { line } = await start('--listen', 'tcp:0', '--address', '5', '--profile', 'idle-1f');
    const host = await dial(line);
    const symbols = (...bytes: number[]): number[] => [...encodeSymbols(hostSymbols(Uint8Array.from(bytes)))];
    host.write(Uint8Array.from(symbols(0x80)));
    const heard = symbolDecoder().decode(Uint8Array.from(await ask(host, symbols(0x85))));
    expect(heard).toEqual([{ wakeup: false, byte: 0x17 }]);
    host.write(Uint8Array.from(symbols(0x80)));
    expect(symbolDecoder().decode(Uint8Array.from(await ask(host, symbols(0x85))))).toEqual([
      { wakeup: false, byte: 0x1f },
    ]);
  });

  it('speaks on a serial port to a gateway that examines its line', async () => {
    const cable = openCable();
    const [gatewayEnd, machineEnd] = cable.ends;
    await start('--serial', machineEnd, '--raw', '--address', '9');
    const gateway = fileURLToPath(new URL('../../dist/apps/gateway/src/main.js', import.meta.url));
    const doctor = spawn(process.execPath, [gateway, 'doctor', '--line', `serial:${gatewayEnd}?raw`, '--address', '9']);
    let told = '';
    doctor.stdout.on('data', (chunk: Buffer) => (told += chunk.toString()));
    const [code] = (await once(doctor, 'exit')) as [number];
    cable.close();
    expect(code).toBe(0);
    expect(told).toContain('serial "TH000009"');
    expect(told).toContain('machine 9 is there');
  });

  it('stops with the place in the file where a script is wrong', async () => {
    const script = join(folder, 'wrong.yaml');
    await writeFile(script, 'version: 1\nprofile: { colour: red }\n');
    const wrong = spawn(process.execPath, [program, '--listen', 'tcp:0', '--script', script]);
    let said = '';
    wrong.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const [code] = (await once(wrong, 'exit')) as [number];
    expect(code).toBe(1);
    expect(said).toContain('line 2: profile.colour: there is no such field');
  });
});
