import type { PlayState } from '../api/types.js';
import type { LockStatus } from '../state/lock-intent.js';
import type { Notice } from './machine-text.js';

/** A wish is on its way until the machine has answered, or nobody did in time. */
export const isUnderway = ({ step }: LockStatus): boolean => step === 'sending' || step === 'requested';

/** What became of the wish, or of somebody else's; undefined when there is nothing to tell. */
export function describeLock(status: LockStatus, play: PlayState): Notice | undefined {
  switch (status.step) {
    case 'sending':
      return { text: 'Sending…', tone: 'quiet' };
    case 'requested':
      return { text: 'Requested… the machine has yet to confirm.', tone: 'warn' };
    case 'settled':
      return settledText(status.intent.action, status.outcome);
    case 'failed':
      return undefined;
    case 'idle':
      if (play === 'lock-requested')
        return { text: 'A lock was requested; the machine has yet to confirm.', tone: 'warn' };
      if (play === 'unlock-requested')
        return { text: 'An unlock was requested; the machine has yet to confirm.', tone: 'warn' };
      return undefined;
  }
}

function settledText(action: 'lock' | 'unlock', outcome: 'locked' | 'unlocked' | 'refused' | 'expired'): Notice {
  switch (outcome) {
    case 'locked':
      return { text: 'Locked: confirmed by the machine.', tone: 'good' };
    case 'unlocked':
      return { text: 'Unlocked: confirmed by the machine.', tone: 'good' };
    case 'refused':
      return { text: `The machine refused the ${action}.`, tone: 'bad' };
    case 'expired':
      return { text: `The machine did not confirm the ${action} in time; it will not be carried out.`, tone: 'bad' };
  }
}
