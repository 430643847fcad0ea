import { describe, expect, it } from '@jest/globals';

import { Lateness } from './lateness.js';

describe('lateness', () => {
  it('counts cycles, those that are late, and percentiles', () => {
    const lateness = new Lateness();
    for (let cycle = 0; cycle < 99; cycle += 1) lateness.record(0.4);
    lateness.record(25.25);
    expect(lateness.report()).toEqual({ cycles: 100, late: 1, p50Ms: 1, p99Ms: 1, p9999Ms: 26, maximumMs: 25.3 });
  });

  it('begins anew after a report, and stands for nothing at first', () => {
    const lateness = new Lateness();
    lateness.record(2000);
    expect(lateness.report()).toMatchObject({ cycles: 1, late: 1, p50Ms: 1000 });
    expect(lateness.report()).toEqual({ cycles: 0, late: 0, p50Ms: 0, p99Ms: 0, p9999Ms: 0, maximumMs: 0 });
  });
});
