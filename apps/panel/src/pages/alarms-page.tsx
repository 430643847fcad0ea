import { EmptyState } from '../components/empty-state.js';
import { formatInstant } from '../format/time.js';
import { useHall } from '../hall/hall-context.js';
import { Link } from '../routing/navigation.js';

/** The alarms that came since the panel was opened, newest first. */
export function AlarmsPage() {
  const { alarms, floor, putAlarmAside, putAllAlarmsAside } = useHall();
  const timeZone = floor.hall?.timeZone ?? 'UTC';
  return (
    <section className="page" aria-labelledby="alarms-title">
      <div className="page-head">
        <h1 id="alarms-title">Alarms</h1>
        {alarms.some(({ seen }) => !seen) && (
          <button type="button" className="button" onClick={() => putAllAlarmsAside()}>
            Put all aside
          </button>
        )}
      </div>
      {alarms.length === 0 ? (
        <EmptyState title="No alarms">
          None came since this page was opened. Each machine’s history has the rest.
        </EmptyState>
      ) : (
        <ul className="alarms">
          {alarms.map(({ id, machineId, message, occurredAt, seen }) => {
            const machine = machineId === undefined ? undefined : floor.machines.get(machineId)?.machine;
            return (
              <li key={id} className={seen ? 'alarm alarm-seen' : 'alarm'}>
                <time dateTime={occurredAt}>{formatInstant(occurredAt, timeZone)}</time>
                {machine && <Link to={{ page: 'machine', machineId: machine.id }}>{machine.name}</Link>}
                <span className="alarm-message">{message}</span>
                {!seen && (
                  <button type="button" className="button button-small" onClick={() => putAlarmAside(id)}>
                    Put aside<span className="hidden">: {message}</span>
                  </button>
                )}
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}
