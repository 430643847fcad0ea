import { describe, expect, it } from '@jest/globals';

import type { LockIntent, LockStatus } from '../state/lock-intent.js';
import { describeLock, isUnderway } from './lock-text.js';

const intent: LockIntent = { machineId: 'm1', action: 'unlock', reason: '', key: 'k' };

describe('a lock in words', () => {
  it.each<[LockStatus, string]>([
    [{ step: 'sending', intent }, 'Sending…'],
    [{ step: 'requested', intent, lockId: 'l' }, 'Requested… the machine has yet to confirm.'],
    [{ step: 'settled', intent, outcome: 'locked' }, 'Locked: confirmed by the machine.'],
    [{ step: 'settled', intent, outcome: 'unlocked' }, 'Unlocked: confirmed by the machine.'],
    [{ step: 'settled', intent, outcome: 'refused' }, 'The machine refused the unlock.'],
    [
      { step: 'settled', intent, outcome: 'expired' },
      'The machine did not confirm the unlock in time; it will not be carried out.',
    ],
  ])('%j', (status, text) => {
    expect(describeLock(status, 'locked')?.text).toBe(text);
  });

  it('tells what somebody else asked for', () => {
    expect(describeLock({ step: 'idle' }, 'lock-requested')?.tone).toBe('warn');
    expect(describeLock({ step: 'idle' }, 'unlock-requested')?.tone).toBe('warn');
    expect(describeLock({ step: 'idle' }, 'locked')).toBeUndefined();
  });

  it('is under way until the machine has answered', () => {
    expect(isUnderway({ step: 'requested', intent, lockId: 'l' })).toBe(true);
    expect(isUnderway({ step: 'settled', intent, outcome: 'locked' })).toBe(false);
  });
});
