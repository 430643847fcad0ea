import { describe, expect, it } from '@jest/globals';

import { checkHealth, type HealthIndicator } from './health.js';

const well: HealthIndicator = {
  name: 'well',
  check: () => Promise.resolve({ healthy: true, detail: { lag: 0 } }),
};

describe('readiness', () => {
  it('is every part being healthy, with its figures', async () => {
    expect(await checkHealth([well])).toEqual({ status: 'ready', checks: { well: { healthy: true, lag: 0 } } });
    expect(await checkHealth([])).toMatchObject({ status: 'ready' });
  });

  it('is not there when one part fails', async () => {
    const ill: HealthIndicator = { name: 'ill', check: () => Promise.reject(new Error('no connection')) };
    expect(await checkHealth([well, ill])).toEqual({
      status: 'not-ready',
      checks: { well: { healthy: true, lag: 0 }, ill: { healthy: false, error: 'no connection' } },
    });
  });

  it('does not wait for a part that hangs', async () => {
    const hung: HealthIndicator = { name: 'hung', check: () => new Promise(() => undefined) };
    expect(await checkHealth([hung, well], 10)).toMatchObject({
      status: 'not-ready',
      checks: { hung: { healthy: false, error: 'no answer' }, well: { healthy: true } },
    });
  });
});
