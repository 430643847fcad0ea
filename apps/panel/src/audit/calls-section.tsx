import { useState } from 'react';

import { EmptyState } from '../components/empty-state.js';
import { ProblemNotice } from '../components/problem-notice.js';
import { Skeleton } from '../components/skeleton.js';
import { formatCount } from '../format/money.js';
import { navigate } from '../routing/navigation.js';
import { exportPath } from './audit-api.js';
import type { CallPage } from './audit-types.js';
import { type CallFilters, noFilters } from './call-filters.js';
import { CallForm } from './call-form.js';
import { CallItem } from './call-item.js';
import { useCalls } from './use-calls.js';
import { useDownload } from './use-download.js';

/** Recorded calls: searched, opened, taken along. */
export function CallsSection({ correlationId }: { readonly correlationId: string | null }) {
  const [filters, setFilters] = useState<CallFilters>({ ...noFilters, correlationId: correlationId ?? '' });
  const [search, setSearch] = useState(1);
  const begin = (wanted: CallFilters) => {
    setFilters(wanted);
    setSearch(search + 1);
    if (wanted === noFilters) navigate({ page: 'calls', correlationId: null }, 'replace');
  };
  return (
    <>
      <div className="page-head">
        <h1>Calls</h1>
        <Export filters={filters} />
      </div>
      <CallForm filters={filters} onSearch={begin} />
      <CallList key={search} filters={filters} onRetry={() => setSearch(search + 1)} />
    </>
  );
}

function CallList({ filters, onRetry }: { readonly filters: CallFilters; readonly onRetry: () => void }) {
  const { items, counts, next, problem, isReading, readOlder } = useCalls(filters);
  return (
    <>
      {problem && <ProblemNotice problem={problem} onRetry={onRetry} />}
      {!items && !problem && <Skeleton shape="line" count={10} label="Reading the calls" />}
      {items?.length === 0 && (
        <EmptyState title={next === null ? 'No call matches' : 'None in what was searched so far'} />
      )}
      <ol className="records" aria-label="Calls, newest first">
        {items?.map((call, at) => (
          <CallItem key={`${call.record.stream} ${call.record.revision} ${call.correlationId} ${at}`} call={call} />
        ))}
      </ol>
      {next !== null && (
        <button type="button" className="button" onClick={readOlder} disabled={isReading}>
          {isReading ? 'Reading…' : 'Search older'}
        </button>
      )}
      <Counted counts={counts} />
    </>
  );
}

function Export({ filters }: { readonly filters: CallFilters }) {
  const { isBusy, problem, begin } = useDownload();
  return (
    <div className="audit-form-buttons">
      <button
        type="button"
        className="button button-small"
        disabled={isBusy}
        onClick={() => begin(exportPath(filters, 'csv'), 'calls.csv')}
      >
        CSV<span className="hidden"> of all that match</span>
      </button>
      <button
        type="button"
        className="button button-small"
        disabled={isBusy}
        onClick={() => begin(exportPath(filters, 'jsonl'), 'calls.jsonl')}
      >
        JSON Lines<span className="hidden"> of all that match</span>
      </button>
      {problem && <ProblemNotice problem={problem} />}
    </div>
  );
}

const names: Readonly<Record<string, string>> = {
  health: 'health checks',
  static: 'files of the panel',
  'empty-poll': 'empty polls of gateways',
  flood: 'refusals past 100 a second',
  lost: 'lost while the store was away',
};

/** What was counted and not recorded one by one, in what was read. */
function Counted({ counts }: Pick<CallPage, 'counts'>) {
  const sums = new Map<string, number>();
  for (const { why, count } of counts) sums.set(why, (sums.get(why) ?? 0) + count);
  if (sums.size === 0) return null;
  const parts = [...sums].map(([why, count]) => `${formatCount(count)} ${names[why] ?? why}`);
  return <p className="proof-summary">Counted by the minute in the same records: {parts.join(', ')}.</p>;
}
