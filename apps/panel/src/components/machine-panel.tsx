import { useCallback, useEffect, useRef } from 'react';

import { stateWord } from '../format/machine-text.js';
import { useHall } from '../hall/hall-context.js';
import { returnTo } from '../routing/navigation.js';
import { mayLockPlay } from '../session/roles.js';
import { useSession } from '../session/session-context.js';
import { Icon } from './icon.js';
import { LocateMachine } from './locate-machine.js';
import { LockControl } from './lock-control.js';
import { MachineBooks } from './machine-books.js';
import { MachineFacts } from './machine-facts.js';
import { MachineHistory } from './machine-history.js';

interface MachinePanelProps {
  readonly machineId: string;
  readonly nowMs: number;
  readonly onOtherHall: (hallId: string) => void;
}

/** The open machine: what it is like now, what may be done with it, and its past. Esc closes it. */
export function MachinePanel({ machineId, nowMs, onOtherHall }: MachinePanelProps) {
  const { floor, hallId, status } = useHall();
  const { session } = useSession();
  const title = useRef<HTMLHeadingElement>(null);
  const machine = floor.machines.get(machineId)?.machine;
  const close = useCallback(() => returnTo({ page: 'floor', hallId }), [hallId]);

  useEffect(() => title.current?.focus(), []);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLInputElement && event.target.value !== '';
      if (event.key === 'Escape' && !event.defaultPrevented && !typing) close();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [close]);

  return (
    <aside className="machine" aria-labelledby="machine-title">
      <div className="machine-head">
        <div className="machine-heading">
          <h2 id="machine-title" ref={title} tabIndex={-1}>
            {machine?.name ?? 'Machine'}
          </h2>
          {machine && (
            <p>
              #{machine.address} · {stateWord(machine, nowMs)}
            </p>
          )}
        </div>
        <button type="button" className="button button-quiet" onClick={close} aria-label="Close the machine">
          <Icon name="close" />
        </button>
      </div>
      {machine ? (
        <>
          {mayLockPlay(session?.roles) && <LockControl machine={machine} />}
          <MachineFacts machine={machine} timeZone={floor.hall?.timeZone ?? 'UTC'} nowMs={nowMs} />
          <MachineBooks machine={machine} timeZone={floor.hall?.timeZone ?? 'UTC'} />
          <MachineHistory machineId={machineId} timeZone={floor.hall?.timeZone ?? 'UTC'} />
        </>
      ) : (
        status === 'ready' && <LocateMachine machineId={machineId} onOtherHall={onOtherHall} />
      )}
    </aside>
  );
}
