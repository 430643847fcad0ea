import { describe, expect, it } from '@jest/globals';

import { bet } from '../testing/fixtures.js';
import { createSeenEvents, maxRememberedIds, maxUnsettled, settleAfterMs } from './seen-events.js';

const at = (position: number) => bet(1, 0, position);

describe('events seen', () => {
  it('are taken once, whichever topic brings them', () => {
    const seen = createSeenEvents(5n);
    expect(seen.take([at(6), at(7)], 0, true)).toHaveLength(2);
    expect(seen.take([at(7), at(8)], 0, true).map(({ position }) => position)).toEqual(['8']);
  });

  it('resume from the read until something has settled', () => {
    const seen = createSeenEvents(5n);
    seen.take([at(6)], 0, true);
    expect(seen.resumeAfter(settleAfterMs - 1)).toBe(5n);
    expect(seen.resumeAfter(settleAfterMs)).toBe(6n);
  });

  it('do not resume after what was only replayed: another topic may lack behind it', () => {
    const seen = createSeenEvents(5n);
    seen.take([at(90)], 0, false);
    expect(seen.resumeAfter(settleAfterMs * 2)).toBe(5n);
  });

  it('never resume further back than before', () => {
    const seen = createSeenEvents(50n);
    seen.take([at(40)], 0, true);
    expect(seen.resumeAfter(settleAfterMs)).toBe(50n);
  });

  it('without a read begin with what is settled first', () => {
    const seen = createSeenEvents(undefined);
    expect(seen.resumeAfter(0)).toBeUndefined();
    seen.take([at(6)], 0, true);
    expect(seen.resumeAfter(settleAfterMs)).toBe(6n);
  });

  it('are remembered within bounds', () => {
    const seen = createSeenEvents(0n);
    const many = Array.from({ length: maxRememberedIds + 1 }, (_, index) => at(index + 1));
    seen.take(many, 0, true);
    expect(seen.take([at(1)], 0, true)).toHaveLength(1);
    expect(seen.take([at(maxRememberedIds)], 0, true)).toHaveLength(0);
    expect(seen.resumeAfter(settleAfterMs)).toBeGreaterThan(BigInt(maxRememberedIds - maxUnsettled));
  });
});
