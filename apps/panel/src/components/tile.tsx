import { memo } from 'react';

import { describeMachine, noticesOf, stateWord } from '../format/machine-text.js';
import { formatMoney } from '../format/money.js';
import { formatAgo } from '../format/time.js';
import { Link } from '../routing/navigation.js';
import type { FloorMachine } from '../state/floor.js';
import { Chip } from './chip.js';

/** Notices in words on a tile; the machine's own page has all. */
const maxTileNotices = 2;

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
  const more = notices.length - maxTileNotices;
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
        <span className="tile-credit">{machine.credit ? formatMoney(machine.credit.amount) : '–'}</span>
        <span className="tile-game">
          {machine.lastGame ? (
            <>
              <span>bet {formatMoney(machine.lastGame.wager)}</span>
              <span className="tile-ago">{formatAgo(machine.lastGame.endedAt, nowMs)}</span>
            </>
          ) : (
            <span>no game yet</span>
          )}
        </span>
        <span className="tile-foot">
          {notices.slice(0, maxTileNotices).map((notice) => (
            <Chip key={notice.text} {...notice} />
          ))}
          {more > 0 && <Chip text={`+${more}`} tone="quiet" />}
          {notices.length === 0 && machine.lastWin && (
            <span className="tile-win">last win {formatMoney(machine.lastWin)}</span>
          )}
        </span>
      </Link>
    </li>
  );
});
