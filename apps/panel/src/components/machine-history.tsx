import { memo } from 'react';

import type { HistoryItem } from '../api/types.js';
import { describeEvent } from '../format/event-text.js';
import { formatDay, formatInstant, formatTime } from '../format/time.js';
import { useHistory } from '../hall/use-history.js';
import { EmptyState } from './empty-state.js';
import { ProblemNotice } from './problem-notice.js';
import { Skeleton } from './skeleton.js';

interface MachineHistoryProps {
  readonly machineId: string;
  readonly timeZone: string;
}

/** What happened to the machine, newest first. */
export function MachineHistory({ machineId, timeZone }: MachineHistoryProps) {
  const { history, loadOlder, retry } = useHistory(machineId);
  const { status, items, next, loadingMore, problem } = history;
  return (
    <section className="history" aria-labelledby="history-title">
      <h3 id="history-title">History</h3>
      {problem && <ProblemNotice problem={problem} onRetry={status === 'failed' ? retry : undefined} />}
      {status === 'loading' && <Skeleton shape="line" count={8} label="Reading the history" />}
      {status === 'ready' && items.length === 0 && (
        <EmptyState title="Nothing yet">What the machine does from now on stands here.</EmptyState>
      )}
      <ol className="events">
        {items.map((item, index) => {
          const day = formatDay(item.occurredAt, timeZone);
          const above = items[index - 1];
          const newDay = above === undefined || formatDay(above.occurredAt, timeZone) !== day;
          return <Entry key={item.id} item={item} timeZone={timeZone} day={newDay ? day : undefined} />;
        })}
      </ol>
      {next !== null && (
        <button type="button" className="button" onClick={loadOlder} disabled={loadingMore}>
          {loadingMore ? 'Reading…' : 'Show older'}
        </button>
      )}
    </section>
  );
}

interface EntryProps {
  readonly item: HistoryItem;
  readonly timeZone: string;
  readonly day: string | undefined;
}

const Entry = memo(function Entry({ item, timeZone, day }: EntryProps) {
  const { title, detail, tone } = describeEvent(item);
  return (
    <li className={`event event-${tone}`}>
      {day && <h4 className="event-day">{day}</h4>}
      <details>
        <summary>
          <time dateTime={item.occurredAt}>{formatTime(item.occurredAt, timeZone)}</time>
          <span className="event-title">{title}</span>
          <span className="event-detail">{detail}</span>
        </summary>
        <dl className="event-facts">
          <dt>When</dt>
          <dd>{formatInstant(item.occurredAt, timeZone)}</dd>
          <dt>By</dt>
          <dd>
            {item.actor.kind} {item.actor.id}
          </dd>
          <dt>Event</dt>
          <dd>{item.type}</dd>
          <dt>Position</dt>
          <dd>{item.position}</dd>
        </dl>
        <pre>{JSON.stringify(item.data, null, 2)}</pre>
      </details>
    </li>
  );
});
