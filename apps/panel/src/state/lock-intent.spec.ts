import { describe, expect, it } from '@jest/globals';

import { unreachable } from '../api/problem.js';
import { event } from '../testing/fixtures.js';
import { type LockIntent, type LockStateAction, maxEarlyOutcomes, noLock, reduceLock } from './lock-intent.js';

const intent: LockIntent = { machineId: 'm1', action: 'lock', reason: '', key: 'k1' };
const sent: LockStateAction = { type: 'sent', intent };
const accepted: LockStateAction = { type: 'accepted', key: 'k1', lockId: 'l1' };
const heard = (outcome: string, lockId = 'l1'): LockStateAction => ({
  type: 'events',
  events: [event('machine.play-lock', { outcome, lockId })],
});
const status = (...actions: LockStateAction[]) => actions.reduce(reduceLock, noLock).status;

describe('asking for a lock', () => {
  it('waits for the machine’s own word', () => {
    expect(status(sent)).toEqual({ step: 'sending', intent });
    expect(status(sent, accepted, heard('lock-requested'))).toEqual({ step: 'requested', intent, lockId: 'l1' });
  });

  it.each(['locked', 'refused', 'expired'])('ends as %s', (outcome) => {
    expect(status(sent, accepted, heard(outcome))).toEqual({ step: 'settled', intent, outcome });
  });

  it('bears an event that comes before the answer to its request', () => {
    expect(status(sent, heard('locked'), accepted)).toMatchObject({ step: 'settled', outcome: 'locked' });
  });

  it('does not take somebody else’s outcome for its own', () => {
    expect(status(sent, accepted, heard('refused', 'l2')).step).toBe('requested');
  });

  it('keeps the intent, and so its key, when it could not be sent', () => {
    const failed: LockStateAction = { type: 'failed', key: 'k1', problem: unreachable };
    expect(status(sent, failed)).toEqual({ step: 'failed', intent, problem: unreachable });
    expect(status(sent, failed, sent, accepted).step).toBe('requested');
  });

  it('ignores what comes late of another intent', () => {
    const other: LockStateAction = { type: 'sent', intent: { ...intent, key: 'k2' } };
    expect(status(sent, other, accepted)).toMatchObject({ step: 'sending', intent: { key: 'k2' } });
    expect(status(sent, other, { type: 'failed', key: 'k1', problem: unreachable }).step).toBe('sending');
  });

  it('remembers only so many early outcomes', () => {
    const many = Array.from({ length: maxEarlyOutcomes + 3 }, (_, index) => heard('locked', `x${index}`));
    const state = many.reduce(reduceLock, noLock);
    expect(state.outcomes).toHaveLength(maxEarlyOutcomes);
    expect(state.outcomes.at(-1)?.lockId).toBe(`x${maxEarlyOutcomes + 2}`);
  });
});
