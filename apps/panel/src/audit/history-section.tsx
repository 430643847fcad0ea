import { EmptyState } from '../components/empty-state.js';
import { ProblemNotice } from '../components/problem-notice.js';
import { Skeleton } from '../components/skeleton.js';
import { formatCount } from '../format/money.js';
import { Link } from '../routing/navigation.js';
import { RecordItem } from './record-item.js';
import { StreamPicker } from './stream-picker.js';
import { type Judged, useStream } from './use-stream.js';

interface HistorySectionProps {
  readonly stream: string | null;
  readonly revision: string | null;
}

/** One stream as a time line, each event verified here. */
export function HistorySection({ stream, revision }: HistorySectionProps) {
  return (
    <>
      <h1>History</h1>
      <StreamPicker />
      {stream === null ? (
        <EmptyState title="Choose whose history to read">
          Every event is then hashed in this browser and held against the signed log.
        </EmptyState>
      ) : (
        <Timeline key={`${stream} ${revision}`} stream={stream} revision={revision} />
      )}
    </>
  );
}

function Timeline({ stream, revision }: { readonly stream: string; readonly revision: string | null }) {
  const { items, next, problem, isReading, readOlder, reread } = useStream(stream, revision);
  return (
    <section className="timeline" aria-labelledby="timeline-title">
      <div className="page-head">
        <h2 id="timeline-title">
          <code>{stream}</code>
        </h2>
        {revision === null ? (
          <button type="button" className="button" onClick={reread} disabled={isReading}>
            Read again
          </button>
        ) : (
          <Link className="button" to={{ page: 'history', stream, revision: null }}>
            To the newest
          </Link>
        )}
      </div>
      {problem && <ProblemNotice problem={problem} onRetry={reread} />}
      {!items && !problem && <Skeleton shape="line" count={8} label="Reading the history" />}
      {items && <Summary items={items} />}
      <ol className="records">
        {items?.map((judged) => (
          <RecordItem
            key={judged.record.id + judged.record.revision}
            judged={judged}
            isOpen={judged.record.revision === revision}
          />
        ))}
      </ol>
      {next !== null && (
        <button type="button" className="button" onClick={readOlder} disabled={isReading}>
          {isReading ? 'Reading…' : 'Show older'}
        </button>
      )}
    </section>
  );
}

/** How many hold, and loudly which do not. */
function Summary({ items }: { readonly items: readonly Judged[] }) {
  const count = (state: Judged['verdict']['state']) => items.filter(({ verdict }) => verdict.state === state).length;
  const [proven, waiting, wrong] = [count('proven'), count('waiting'), count('wrong')];
  const first = items.find(({ verdict }) => verdict.state === 'wrong')?.verdict;
  if (wrong > 0)
    return (
      <div className="proof-alarm" role="alert">
        <strong>
          {formatCount(wrong)} of these {formatCount(items.length)} events {wrong === 1 ? 'is' : 'are'} not what was
          logged.
        </strong>
        <p>
          {first?.state === 'wrong' && first.why} Somebody changed the store, the log, or what comes over the network.
          Keep this page as it is, and compare with a checkpoint that was kept elsewhere.
        </p>
      </div>
    );
  return (
    <p className="proof-summary" role="status">
      {formatCount(proven)} {proven === 1 ? 'event' : 'events'} proven by this browser’s own hashing
      {waiting > 0 && `; ${formatCount(waiting)} not yet in the log`}.
    </p>
  );
}
