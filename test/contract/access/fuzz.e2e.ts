import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type AccessOffice, startAccessOffice } from '../../support/access-office.js';
import { fuzzApi, unlimitedRates } from '../../support/fuzz-api.js';

const startMs = 120_000;
/** The short form of `npm run fuzz:api`: always the same calls, so that it fails for a change and not by chance. */
const runs = 400;
const seed = 20_261_125;

let office: AccessOffice;
beforeAll(async () => {
  office = await startAccessOffice(1, { RATE_LIMITS: unlimitedRates, ROLES: 'api,projector,live' });
}, startMs);
afterAll(() => office.stop(), startMs);

describe('random calls', () => {
  it(
    'are answered as declared, refused by the name of what is wrong, and change nothing when refused',
    async () => {
      const { routes, refused, calls } = await fuzzApi(office, { runs, seed });
      expect(calls).toBe(runs);
      expect(routes).toBeGreaterThan(50);
      expect(refused).toBeGreaterThan(runs / 4);
    },
    startMs,
  );
});
