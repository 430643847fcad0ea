import { memo } from 'react';

import { describeMachine, noticesOf, stateWord } from '../format/machine-text.js';
import { formatMoney } from '../format/money.js';
import { formatAgo } from '../format/time.js';
import { Link } from '../routing/navigation.js';
import type { FloorMachine } from '../state/floor.js';
import { Chip } from './chip.js';

interface TileProps {
  readonly floorMachine: FloorMachine;
  readonly nowMs: number;
  readonly open: boolean;
  readonly tabIndex: 0 | -1;
  readonly onFocus: (machineId: string) => void;
}

/** One machine at a glance. */
export const Tile = memo(function Tile({ floorMachine, nowMs, open, tabIndex, onFocus }: TileProps) {
  const { machine, cue } = floorMachine;
  const word = stateWord(machine, nowMs);
  const notices = noticesOf(machine);
  const [worst] = notices;
  return (
    <li className={`tile tile-${worst?.tone ?? 'calm'} tile-${machine.state}`} data-machine={machine.id}>
      {cue && <span key={cue.number} className={`cue cue-${cue.kind}`} aria-hidden="true" />}
      <Link
        className="tile-link"
        to={{ page: 'machine', machineId: machine.id }}
        aria-label={describeMachine(machine, nowMs)}
        aria-current={open ? 'true' : undefined}
        tabIndex={tabIndex}
        onFocus={() => onFocus(machine.id)}
      >
        <span className="tile-head">
          <span className="tile-name">{machine.name}</span>
          <span className="tile-address">#{machine.address}</span>
        </span>
        <span className={`tile-state state-${word.replace(' ', '-')}`}>
          <span className="state-dot" />
          {word}
        </span>
        <span className="tile-ago">
          {machine.lastGame ? formatAgo(machine.lastGame.endedAt, nowMs) : 'no game yet'}
        </span>
        <span className="tile-credit">{machine.credit ? formatMoney(machine.credit.amount) : '–'}</span>
        {notices.length > 0 && (
          <span className="tile-notices">
            {notices.map((notice) => (
              <Chip key={notice.text} {...notice} />
            ))}
          </span>
        )}
        <span className="tile-bet">{machine.lastGame && `bet ${formatMoney(machine.lastGame.wager)}`}</span>
        <span className="tile-win">{machine.lastWin && `last win ${formatMoney(machine.lastWin)}`}</span>
      </Link>
    </li>
  );
});
