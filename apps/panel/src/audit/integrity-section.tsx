import { ProblemNotice } from '../components/problem-notice.js';
import { Skeleton } from '../components/skeleton.js';
import { formatCount } from '../format/money.js';
import { formatInstant } from '../format/time.js';
import { Link } from '../routing/navigation.js';
import { toBase64 } from '../proof/bytes.js';
import type { LogState } from './audit-types.js';
import { EvidenceForm } from './evidence-form.js';
import type { LogTrust } from './log-trust.js';
import { useLog } from './use-log.js';

/** Whether store and log are what they were: what the platform says, and what this browser found. */
export function IntegritySection() {
  const { log, trust, problem, reread } = useLog();
  return (
    <>
      <div className="page-head">
        <h1>Integrity</h1>
        <button type="button" className="button" onClick={reread}>
          Check again
        </button>
      </div>
      {problem && <ProblemNotice problem={problem} onRetry={reread} />}
      {!log && !problem && <Skeleton shape="card" count={3} label="Reading the log" />}
      {log && <Alarms findings={log.findings} />}
      {log && trust && <CheckpointCard log={log} trust={trust} />}
      {log && <CheckCard log={log} />}
      <EvidenceForm />
    </>
  );
}

function Alarms({ findings }: Pick<LogState, 'findings'>) {
  if (findings.length === 0) return null;
  return (
    <section className="proof-alarm" role="alert" aria-label="Alarms">
      <strong>Store and log disagree.</strong>
      <ul>
        {findings.map(({ kind, leaf, stream, revision, detail, at }) => (
          <li key={`${kind} ${leaf} ${at}`}>
            Leaf {leaf}: {kind}, {detail}.{' '}
            {stream !== null && (
              <Link to={{ page: 'history', stream, revision }}>
                Event {revision ?? '?'} of {stream}
              </Link>
            )}{' '}
            ({formatInstant(at, 'UTC')})
          </li>
        ))}
      </ul>
    </section>
  );
}

function CheckpointCard({ log, trust }: { readonly log: LogState; readonly trust: LogTrust }) {
  if (trust.state === 'wrong')
    return (
      <section className="proof-alarm" role="alert">
        <strong>The log is not what it was.</strong>
        <p>{trust.why}</p>
      </section>
    );
  if (trust.state === 'empty' || !log.checkpoint)
    return (
      <section className="audit-card">
        <h2>Checkpoint</h2>
        <p>None was signed yet.</p>
      </section>
    );
  const { size, root, origin } = trust.checkpoint;
  return (
    <section className="audit-card" aria-labelledby="checkpoint-title">
      <div className="page-head">
        <h2 id="checkpoint-title">Checkpoint</h2>
        <span className="chip chip-good">✓ Signature verified here</span>
      </div>
      <p className="audit-figure">
        <strong>{formatCount(size)}</strong> events are signed for
      </p>
      <dl className="record-facts">
        <dt>Signed</dt>
        <dd>{formatInstant(log.checkpoint.signedAt, 'UTC')}</dd>
        <dt>Log</dt>
        <dd>
          <code>{origin}</code>
        </dd>
        <dt>Root</dt>
        <dd>
          <code>{toBase64(root)}</code>
        </dd>
        <dt>Key</dt>
        <dd>
          <code>{log.key}</code>
        </dd>
      </dl>
      <p className="proof-summary">{continuity(trust)}</p>
    </section>
  );
}

function continuity(trust: Exclude<LogTrust, { state: 'empty' | 'wrong' }>): string {
  if (trust.state === 'first-seen')
    return 'This browser sees this log for the first time. It has kept key and checkpoint, and compares from now on. Compare the key with one that you were given some other way.';
  return `The log begins, unchanged, with the ${formatCount(trust.size)} events that this browser kept a checkpoint of; it has known the key since ${formatInstant(trust.since, 'UTC')}.`;
}

function CheckCard({ log: { lastCheck } }: { readonly log: LogState }) {
  return (
    <section className="audit-card" aria-labelledby="check-title">
      <div className="page-head">
        <h2 id="check-title">Last self-check</h2>
        {lastCheck && (
          <span className={`chip chip-${lastCheck.findings === 0 ? 'good' : 'bad'}`}>
            {lastCheck.findings === 0 ? 'Store and log agree' : `${lastCheck.findings} findings`}
          </span>
        )}
      </div>
      {lastCheck ? (
        <p>
          {formatInstant(lastCheck.at, 'UTC')}: {formatCount(lastCheck.size)} events of the store were compared with the
          log, one by one. <Link to={{ page: 'history', stream: 'audit-log-checks', revision: null }}>All checks</Link>
        </p>
      ) : (
        <p>None was made yet; one is made every night.</p>
      )}
    </section>
  );
}
