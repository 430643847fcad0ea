import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { encodeRequest, type HostMessage } from '../codec/index.js';
import { encodeSymbols, hostSymbols, symbolDecoder } from '../transport/symbols.js';
import { standardProfile } from './profile.js';
import { newMachine, type MachineState } from './state.js';
import { serveLine, type LineOfMachines, type ServedLine } from './tcp-machine.js';

const machineAt = (address: number): MachineState =>
  newMachine({ address, serial: `TH-${address}`, profile: standardProfile, seed: 1 });

/** A host on a socket: sends a poll and waits for so many bytes. */
class Host {
  private heard: number[] = [];
  private awaited: (() => void) | null = null;

  private constructor(
    private readonly socket: Socket,
    private readonly raw: boolean,
  ) {
    const decoder = symbolDecoder();
    socket.on('data', (chunk) => {
      this.heard.push(...(raw ? chunk : (decoder.decode(chunk) ?? []).map(({ byte }) => byte)));
      this.awaited?.();
    });
  }

  static async dial(port: number, raw = false): Promise<Host> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new Host(socket, raw);
  }

  send(message: HostMessage): void {
    const bytes = encodeRequest(message);
    this.socket.write(this.raw ? bytes : encodeSymbols(hostSymbols(bytes)));
  }

  async ask(message: HostMessage, replyBytes: number): Promise<number[]> {
    this.send(message);
    while (this.heard.length < replyBytes) await new Promise<void>((resolve) => (this.awaited = resolve));
    return this.heard.splice(0);
  }

  hangUp(): void {
    this.socket.destroy();
  }
}

const nobody: HostMessage = { kind: 'general-poll', address: 0 };
const generalPoll = (address: number): HostMessage => ({ kind: 'general-poll', address });
const lock: HostMessage = { kind: 'long-poll', address: 1, poll: 'lockPlay', data: {} };

describe('machines on a line over tcp', () => {
  let folder: string;
  let line: ServedLine | undefined;
  let host: Host | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'line-'));
  });
  afterEach(async () => {
    host?.hangUp();
    await line?.close();
    await rm(folder, { recursive: true });
  });

  const serve = (options: Partial<LineOfMachines> = {}): Promise<ServedLine> =>
    serveLine({
      host: '127.0.0.1',
      port: 0,
      folder,
      machines: [machineAt(1), machineAt(2)],
      now: Date.now,
      failed: (error) => {
        throw error;
      },
      ...options,
    });

  it('answer each to its own address, with two bytes a symbol', async () => {
    line = await serve();
    host = await Host.dial(line.port);
    host.send(nobody);
    expect(await host.ask(generalPoll(1), 1)).toEqual([0x17]);
    expect(await host.ask(generalPoll(2), 1)).toEqual([0x17]);
    expect(await host.ask(generalPoll(1), 1)).toEqual([0x00]);
  });

  it('answer plain bytes on a raw line', async () => {
    line = await serve({ raw: true });
    host = await Host.dial(line.port, true);
    host.send(nobody);
    expect(await host.ask(generalPoll(1), 1)).toEqual([0x17]);
    expect(await host.ask(lock, 1)).toEqual([0x01]);
  });

  it('go on with a new host when the old one is gone', async () => {
    line = await serve();
    const first = await Host.dial(line.port);
    first.send(nobody);
    expect(await first.ask(generalPoll(1), 1)).toEqual([0x17]);
    host = await Host.dial(line.port);
    expect(await host.ask(generalPoll(1), 1)).toEqual([0x17]);
    first.hangUp();
  });

  it('keep their books when the power goes: the queue, the lock, the meters', async () => {
    line = await serve();
    host = await Host.dial(line.port);
    host.send(nobody);
    await host.ask(generalPoll(1), 1);
    expect(await host.ask(lock, 1)).toEqual([0x01]);
    const [machine] = line.machines;
    expect(await machine?.apply({ input: 'open-door', door: 'slot' })).toEqual({ ok: true });
    expect(await machine?.apply({ input: 'start-game', wager: 1 })).toEqual({ ok: false, refused: 'cannot-play' });
    host.hangUp();
    await line.close();

    line = await serve();
    expect(line.machines[0]?.state.books).toMatchObject({ playLocked: true, openDoors: ['slot'] });
    host = await Host.dial(line.port);
    host.send(nobody);
    const codes: number[] = [];
    for (let time = 0; time < 3; time += 1) {
      codes.push(...(await host.ask(generalPoll(1), 1)));
      host.send(nobody);
    }
    expect(codes).toEqual([0x11, 0x18, 0x17]);
  });

  it('are no two at one address, and no line on a port that is taken', async () => {
    await expect(serve({ machines: [machineAt(1), { ...machineAt(1), serial: 'B' }] })).rejects.toThrow('same address');
    line = await serve();
    await expect(serve({ port: line.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
