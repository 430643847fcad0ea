import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type Demo, startDemo } from '../support/demo.js';
import { runTransfers } from '../support/transfers.js';

const startMs = 120_000;
const chaosMs = 400_000;

let demo: Demo;

beforeAll(async () => {
  demo = await startDemo({ machines: 4, gameEveryMs: 0 });
}, startMs);

afterAll(() => demo.stop(), startMs);

describe('transfers while gateway and platform are killed and machines lose power', () => {
  it(
    'are all settled by the machines’ word: the account adds up at every look, and nothing is paid twice',
    async () => {
      const disasters = new Map([
        [3, 'power'],
        [6, 'gateway'],
        [9, 'power'],
        [11, 'platform'],
      ] as const);
      const outcome = await runTransfers(demo, { transfers: 16, disasters });
      expect(outcome.statuses).toMatchObject({ requested: 0, unresolved: 0 });
      expect(outcome.statuses.completed).toBeGreaterThan(0);
      expect(outcome.unbalanced).toBe(0);
      const { balance, pending, onMachines } = outcome.account;
      expect({ pending, sum: balance + pending + onMachines }).toEqual({ pending: 0, sum: 0 });
      expect(outcome.machines).toBe(onMachines);
    },
    chaosMs,
  );
});
