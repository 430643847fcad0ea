import { memo, useEffect, useState } from 'react';

import { type Problem, problemOf } from '../api/problem.js';
import { ProblemNotice } from '../components/problem-notice.js';
import { formatInstant } from '../format/time.js';
import { Link } from '../routing/navigation.js';
import { useSession } from '../session/session-context.js';
import { readEffects } from './audit-api.js';
import type { AuditRecord, RecordedCall } from './audit-types.js';
import { actorText, describeRecord } from './record-text.js';

/** One recorded call; opened, with everything of it and what it caused. */
export const CallItem = memo(function CallItem({ call }: { readonly call: RecordedCall }) {
  const [isOpen, setOpen] = useState(false);
  const refused = call.status >= 400;
  return (
    <li className={`record record-${refused ? 'bad' : 'quiet'}`}>
      <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <time dateTime={call.at}>{formatInstant(call.at, 'UTC')}</time>
          <span className="record-what">
            {call.method !== 'LIVE' && <strong>{call.method}</strong>} <code>{call.route ?? 'no such address'}</code>
          </span>
          <span className="record-who">{actorText(call.actor)}</span>
          <span className={`chip chip-${refused ? 'bad' : 'good'}`}>
            {call.status}
            {call.code && ` ${call.code}`}
          </span>
        </summary>
        {isOpen && <CallDetails call={call} />}
      </details>
    </li>
  );
});

function CallDetails({ call }: { readonly call: RecordedCall }) {
  const parameters = Object.entries(call.parameters);
  // Earlier records of reads name the position that the answer stood for.
  const effectsAt = call.method === 'GET' || call.method === 'HEAD' ? null : call.position;
  return (
    <>
      <dl className="record-facts">
        <dt>When</dt>
        <dd>
          {call.at}, answered after {call.durationMs} ms
        </dd>
        <dt>Who</dt>
        <dd>
          {actorText(call.actor)} {call.actor && <code>{call.actor.id}</code>}
        </dd>
        <dt>From</dt>
        <dd>{call.from ?? 'not known any more'}</dd>
        <dt>Through</dt>
        <dd>{call.channel}</dd>
        {parameters.length > 0 && (
          <>
            <dt>Parameters</dt>
            <dd>
              {parameters.map(([name, value]) => (
                <span key={name} className="call-parameter">
                  {name} <code>{value}</code>
                </span>
              ))}
            </dd>
          </>
        )}
        <dt>Correlation</dt>
        <dd>
          <Link to={{ page: 'calls', correlationId: call.correlationId }}>{call.correlationId}</Link>
        </dd>
        <dt>Recorded in</dt>
        <dd>
          <Link to={{ page: 'history', ...call.record }}>
            event {call.record.revision} of {call.record.stream}
          </Link>
        </dd>
      </dl>
      {effectsAt !== null && <Effects position={effectsAt} />}
    </>
  );
}

/** The events that the call caused, each in its history. */
function Effects({ position }: { readonly position: string }) {
  const { api } = useSession();
  const [events, setEvents] = useState<readonly AuditRecord[]>();
  const [problem, setProblem] = useState<Problem>();
  useEffect(() => {
    readEffects(api, position).then(setEvents, (error: unknown) => setProblem(problemOf(error)));
  }, [api, position]);
  return (
    <div className="call-effects">
      <h3>What it caused</h3>
      {problem && <ProblemNotice problem={problem} />}
      {!events && !problem && <p role="status">Reading…</p>}
      <ul>
        {events?.map((event) => {
          const { title, detail } = describeRecord(event);
          return (
            <li key={event.id}>
              <Link to={{ page: 'history', stream: event.stream, revision: event.revision }}>{title}</Link> {detail}{' '}
              <code>{event.type}</code>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
