import { formatTime } from '../format/time.js';
import { useHall } from '../hall/hall-context.js';
import { Link } from '../routing/navigation.js';
import { Icon } from './icon.js';

interface AlarmStripProps {
  readonly timeZone: string;
  /** Only announced: the page shows the alarms itself. */
  readonly quiet: boolean;
}

/** The newest alarm that nobody has put aside; announced to those who do not see it. */
export function AlarmStrip({ timeZone, quiet }: AlarmStripProps) {
  const { alarms, hallId, floor, putAlarmAside } = useHall();
  const waiting = alarms.filter(({ seen }) => !seen);
  const [newest] = waiting;
  const machine = newest?.machineId === undefined ? undefined : floor.machines.get(newest.machineId)?.machine;
  return (
    <div role="alert" aria-live="assertive">
      {newest && quiet && <p className="hidden">{newest.message}</p>}
      {newest && !quiet && (
        <div className="alarm-strip">
          <Icon name="alarm" />
          <p className="alarm-strip-text">
            <strong>{machine ? `${machine.name}: ` : ''}</strong>
            {newest.message} <time dateTime={newest.occurredAt}>{formatTime(newest.occurredAt, timeZone)}</time>
          </p>
          <div className="alarm-strip-actions">
            {machine && (
              <Link className="button button-small" to={{ page: 'machine', machineId: machine.id }}>
                Open<span className="hidden"> {machine.name}</span>
              </Link>
            )}
            {waiting.length > 1 && (
              <Link className="button button-small" to={{ page: 'alarms', hallId }}>
                {waiting.length - 1} more
              </Link>
            )}
            <button type="button" className="button button-small" onClick={() => putAlarmAside(newest.id)}>
              Put aside
            </button>
          </div>
        </div>
      )}
    </div>
  );
}
