import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { machineProfiles, newMachine, powerUp, stepMachine, type WireSymbol } from '#sas';
import { openSerialMachineLine, type SerialMachineLine } from '#serial-line';

import { openCable } from '../../../../libs/serial-line/src/pty.test-support.js';
import { examineLine } from '../tools/doctor.js';
import { until } from '../until.test-support.js';
import { serialTransport } from './serial-transport.js';
import type { Transport } from './transport.js';

describe('a serial line', () => {
  let cable: ReturnType<typeof openCable>;
  let machineLine: SerialMachineLine | undefined;
  let transport: Transport | undefined;

  beforeEach(() => {
    cable = openCable();
  });
  afterEach(async () => {
    transport?.close();
    await machineLine?.close();
    [transport, machineLine] = [undefined, undefined];
    cable.close();
  });

  it('carries a host’s polls to a machine and its answers back, whole', async () => {
    const [gatewayEnd, machineEnd] = cable.ends;
    let state = powerUp(
      newMachine({ address: 1, serial: 'TH-1', profile: machineProfiles.standard, seed: 1 }),
      Date.now(),
      false,
    );
    const hear = (symbols: readonly WireSymbol[]): void => {
      const step = stepMachine(state, { input: 'symbols', symbols }, Date.now());
      ({ state } = step);
      if (step.symbols.length > 0) machineLine?.say(step.symbols);
    };
    machineLine = await openSerialMachineLine(machineEnd, true, hear, () => undefined);
    const printed: string[] = [];
    const print = (text: string): void => void printed.push(text);
    expect(await examineLine({ url: `serial:${gatewayEnd}?raw`, addresses: [1], print })).toBe(1);
    expect(printed.find((text) => text.includes('serial "TH-1"'))).toBeDefined();
  });

  it.each([
    [true, 'the port was closed'],
    [false, 'the port does not carry the ninth bit'],
  ])('of plain bytes: %s, is lost with its reason', async (raw, reason) => {
    const told: string[] = [];
    transport = serialTransport(cable.ends[0], raw, {
      symbols: () => undefined,
      changed: (state, why = '') => told.push(`${state} ${why}`),
    });
    await until('the line is open or lost', () => told.length > 0);
    if (raw) {
      expect(told).toEqual(['open ']);
      cable.close();
      await until('the line is lost', () => told.length > 1);
    }
    expect(told.at(-1)).toContain(`lost ${reason}`);
  });
});
