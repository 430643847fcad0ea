import { useEffect } from 'react';

import { readMachine } from '../api/endpoints.js';
import { doors, type Machine } from '../api/types.js';
import { doorNames, lineNames, playNames } from '../format/machine-text.js';
import { formatCount, formatMoney } from '../format/money.js';
import { formatAgo, formatInstant } from '../format/time.js';
import { useHall } from '../hall/hall-context.js';
import { createReread } from '../hall/reread.js';
import { schedule } from '../hall/schedule.js';
import { useSession } from '../session/session-context.js';
import { machineIdOf } from '../state/machine-events.js';
import { Chip } from './chip.js';

/** Milliseconds between two reads of what no public event tells, such as meters. */
const rereadEveryMs = 10_000;
/** Shortest time between two reads, in milliseconds, however fast events come. */
const rereadAtMostEveryMs = 1_000;

interface MachineFactsProps {
  readonly machine: Machine;
  readonly timeZone: string;
  readonly nowMs: number;
}

/** What the machine is like now. */
export function MachineFacts({ machine, timeZone, nowMs }: MachineFactsProps) {
  useReread(machine.id);
  const { credit, lastGame, totals } = machine;
  return (
    <>
      <section className="facts" aria-label="Now">
        <p className="facts-credit">
          <span>Credit</span>
          <strong>{credit ? formatMoney(credit.amount) : '–'}</strong>
          <small>{credit ? `${formatCount(credit.credits)} credits` : 'not told yet'}</small>
        </p>
        <div className="chips">
          <Chip text={lineNames[machine.state]} tone={machine.state === 'online' ? 'good' : 'bad'} />
          <Chip text={playNames[machine.play]} tone={machine.play === 'unlocked' ? 'good' : 'warn'} />
          {machine.handpay && <Chip text={`Handpay ${formatMoney(machine.handpay.amount)}`} tone="warn" />}
          {doors.map((door) => (
            <Chip
              key={door}
              text={`${doorNames[door]} ${machine.doors[door]}`}
              tone={machine.doors[door] === 'open' ? 'bad' : 'quiet'}
            />
          ))}
        </div>
        <dl className="pairs">
          <Pair name="Last game" value={lastGame ? `bet ${formatMoney(lastGame.wager)}` : '–'}>
            {lastGame && formatAgo(lastGame.endedAt, nowMs)}
          </Pair>
          <Pair name="Last win" value={machine.lastWin ? formatMoney(machine.lastWin) : '–'} />
          <Pair name="Games" value={formatCount(totals.games)} />
          <Pair name="Wagered" value={formatMoney(totals.wager)} />
          <Pair name="Won" value={formatMoney(totals.win)} />
          <Pair name="Bills in" value={formatMoney(totals.billsIn)} />
        </dl>
      </section>
      <details className="more">
        <summary>Identity</summary>
        <dl className="pairs">
          <Pair name="Serial number" value={machine.serial ?? '–'} />
          <Pair name="Gateway" value={machine.gatewayId} />
          <Pair name="Address" value={machine.address.toString()} />
          <Pair name="Last heard" value={machine.lastSeenAt ? formatInstant(machine.lastSeenAt, timeZone) : 'never'} />
        </dl>
      </details>
    </>
  );
}

interface PairProps {
  readonly name: string;
  readonly value: string;
  readonly children?: string | null | undefined;
}

function Pair({ name, value, children }: PairProps) {
  return (
    <div className="pair">
      <dt>{name}</dt>
      <dd>
        {value}
        {children && <small>{children}</small>}
      </dd>
    </div>
  );
}

/** Reads the machine again after its events, and now and then; a read that fails is left to the next. */
function useReread(machineId: string): void {
  const { api } = useSession();
  const { putMachine, listen } = useHall();
  useEffect(() => {
    const reread = createReread({
      read: ({ after, signal }) =>
        readMachine(api, machineId, { after, signal }).then(({ body, position }) =>
          putMachine(body, later(position, after)),
        ),
      schedule,
      atMostEveryMs: rereadAtMostEveryMs,
    });
    reread.request(undefined);
    const stopListening = listen((events) => {
      const mine = events.findLast((event) => machineIdOf(event) === machineId);
      if (mine) reread.request(BigInt(mine.position));
    });
    const timer = setInterval(() => reread.request(undefined), rereadEveryMs);
    return () => {
      clearInterval(timer);
      stopListening();
      reread.stop();
    };
  }, [api, machineId, putMachine, listen]);
}

const later = (a: bigint | undefined, b: bigint | undefined): bigint => ((a ?? 0n) > (b ?? 0n) ? (a ?? 0n) : (b ?? 0n));
