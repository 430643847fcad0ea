import { type SyntheticEvent, useState } from 'react';

import type { Machine } from '../api/types.js';
import { describeLock, isUnderway } from '../format/lock-text.js';
import { useLock } from '../hall/use-lock.js';
import { Icon } from './icon.js';
import { ProblemNotice } from './problem-notice.js';

/** Characters of a reason that the platform takes. */
const maxReasonLength = 500;

/** Locks or unlocks play, and says what the machine answered. */
export function LockControl({ machine }: { readonly machine: Machine }) {
  const { status, ask, retry } = useLock(machine.id);
  const [reason, setReason] = useState('');
  const action = machine.play === 'locked' || machine.play === 'unlock-requested' ? 'unlock' : 'lock';
  const underway = isUnderway(status) || machine.play === 'lock-requested' || machine.play === 'unlock-requested';
  const told = describeLock(status, machine.play);

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (underway) return;
    ask(action, reason);
    setReason('');
  };

  return (
    <section className="lock" aria-label="Play">
      <form onSubmit={submit}>
        <label>
          <span className="hidden">Reason (optional)</span>
          <input
            type="text"
            value={reason}
            maxLength={maxReasonLength}
            placeholder="Reason (optional)"
            onChange={(event) => setReason(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Escape' || reason === '') return;
              event.preventDefault();
              setReason('');
            }}
          />
        </label>
        <button
          type="submit"
          className={action === 'lock' ? 'button button-warn' : 'button button-primary'}
          aria-disabled={underway}
        >
          <Icon name="lock" />
          {action === 'lock' ? 'Lock play' : 'Unlock play'}
        </button>
      </form>
      <p className={`lock-told lock-told-${told?.tone ?? 'quiet'}`} role="status">
        {told?.text}
      </p>
      {status.step === 'failed' && <ProblemNotice problem={status.problem} onRetry={() => retry(status.intent)} />}
    </section>
  );
}
