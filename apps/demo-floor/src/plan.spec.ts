import { describe, expect, it } from '@jest/globals';

import type { FloorDescription } from './floor-file.js';
import type { FloorOptions } from './options.js';
import { planFloor } from './plan.js';

const options: FloorOptions = {
  dataDir: 'floor',
  machines: 5,
  machinesPerLine: 2,
  seed: 1,
  port: 0,
  gameEveryMs: 10_000,
  raw: false,
  playWithoutHost: false,
};
const lastTime: FloorDescription = {
  version: 1,
  lines: [
    { url: 'tcp://127.0.0.1:4001', machines: [] },
    { url: 'tcp://127.0.0.1:4002?raw', machines: [] },
  ],
  control: 'http://127.0.0.1:4003',
};

const ports = (changes: Partial<FloorOptions>, last: FloorDescription | null): number[] => {
  const { lines, controlPort } = planFloor({ ...options, ...changes }, last, 0);
  return [...lines.map(({ port }) => port), controlPort];
};

describe('the plan of a floor', () => {
  it('gives each machine of a line its own address, and each machine its own serial number', () => {
    const { lines } = planFloor(options, null, 0);
    expect(lines.map(({ machines }) => machines.map(({ machine }) => machine.address))).toEqual([[1, 2], [1, 2], [1]]);
    const serials = lines.flatMap(({ machines }) => machines.map(({ machine }) => machine.serial));
    expect(serials).toEqual(['TH000001', 'TH000002', 'TH000003', 'TH000004', 'TH000005']);
  });

  it('listens where it is told, else where it listened last time, else anywhere', () => {
    expect(ports({ port: 5000 }, lastTime)).toEqual([5000, 5001, 5002, 5003]);
    expect(ports({}, lastTime)).toEqual([4001, 4002, 0, 4003]);
    expect(ports({}, null)).toEqual([0, 0, 0, 0]);
  });

  it('lets no game outlast the time to the next, and no machine play unheard', () => {
    const profile = (changes: Partial<FloorOptions>) =>
      planFloor({ ...options, ...changes }, null, 0).lines[0]?.machines[0]?.machine.profile;
    expect(profile({})).toMatchObject({ gameLastsMs: 3000, playsWithoutHost: false });
    expect(profile({ gameEveryMs: 1000 })?.gameLastsMs).toBe(300);
    expect(profile({ gameEveryMs: 0, playWithoutHost: true })).toMatchObject({
      gameLastsMs: 3000,
      playsWithoutHost: true,
    });
  });
});
