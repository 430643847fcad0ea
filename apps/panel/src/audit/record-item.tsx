import { memo } from 'react';

import { formatInstant } from '../format/time.js';
import { Link } from '../routing/navigation.js';
import type { AuditRecord } from './audit-types.js';
import type { Judged } from './use-stream.js';
import { DataView } from './data-view.js';
import { ProofBadge, verdictText } from './proof-badge.js';
import { actorText, describeRecord } from './record-text.js';

interface RecordItemProps {
  readonly judged: Judged;
  /** Whether it is the one that was asked for. */
  readonly isOpen: boolean;
}

/** One event of a stream: in words, with its badge; opened, with everything that is stored. */
export const RecordItem = memo(function RecordItem({ judged: { record, verdict }, isOpen }: RecordItemProps) {
  const { title, detail, tone } = describeRecord(record);
  return (
    <li className={`record record-${verdict.state === 'wrong' ? 'bad' : tone}`}>
      <details open={isOpen}>
        <summary>
          <time dateTime={record.occurredAt}>{formatInstant(record.occurredAt, 'UTC')}</time>
          <span className="record-what">
            <strong>{title}</strong> {detail}
          </span>
          <span className="record-who">{actorText(record.actor)}</span>
          <ProofBadge verdict={verdict} />
        </summary>
        <p className={`record-proof proof-text-${verdict.state}`}>{verdictText(verdict)}</p>
        <DataView data={record.data} />
        <RecordFacts record={record} />
        <details className="more">
          <summary>As it is stored</summary>
          <pre tabIndex={0} aria-label="Data and metadata as they are stored">
            {JSON.stringify({ data: record.data, metadata: record.metadata }, null, 2)}
          </pre>
        </details>
      </details>
    </li>
  );
});

function RecordFacts({ record }: { readonly record: AuditRecord }) {
  const { occurredAt, recordedAt, actor, reason, type, stream, revision, gamingDate, correlationId } = record;
  return (
    <dl className="record-facts">
      <dt>Happened</dt>
      <dd>{occurredAt}</dd>
      <dt>Recorded</dt>
      <dd>{recordedAt}</dd>
      <dt>By</dt>
      <dd>
        {actorText(actor)} <code>{actor.id}</code>
      </dd>
      {reason && (
        <>
          <dt>Reason</dt>
          <dd>{reason}</dd>
        </>
      )}
      {gamingDate && (
        <>
          <dt>Gaming date</dt>
          <dd>{gamingDate}</dd>
        </>
      )}
      <dt>Event</dt>
      <dd>
        <code>{type}</code>, number {revision} of <code>{stream}</code>
      </dd>
      <dt>Calls</dt>
      <dd>
        <Link to={{ page: 'calls', correlationId }}>with the correlation {correlationId}</Link>
      </dd>
    </dl>
  );
}
