import { useMemo, useState } from 'react';

import { EmptyState } from '../components/empty-state.js';
import { FilterBar } from '../components/filter-bar.js';
import { MachinePanel } from '../components/machine-panel.js';
import { ProblemNotice } from '../components/problem-notice.js';
import { Skeleton } from '../components/skeleton.js';
import { TileGrid } from '../components/tile-grid.js';
import { useHall } from '../hall/hall-context.js';
import { useNow } from '../hall/use-now.js';
import { compareMachines, countByFilter, type FloorFilter, matchesSearch, passesFilter } from '../state/filters.js';

/** Milliseconds between two looks at the clock, for what is told relative to it. */
const clockEveryMs = 10_000;

interface FloorPageProps {
  readonly openId: string | undefined;
  readonly onOtherHall: (hallId: string) => void;
}

/** Every machine of the hall, and beside them the one that is open. */
export function FloorPage({ openId, onOtherHall }: FloorPageProps) {
  const { floor, status, problem, reload } = useHall();
  const [filter, setFilter] = useState<FloorFilter>('all');
  const [search, setSearch] = useState('');
  const nowMs = useNow(clockEveryMs);

  const sorted = useMemo(
    () => [...floor.machines.values()].sort((a, b) => compareMachines(a.machine, b.machine)),
    [floor.machines],
  );
  const counts = countByFilter(
    sorted.map(({ machine }) => machine),
    nowMs,
  );
  const shown = sorted.filter(({ machine }) => passesFilter(machine, filter, nowMs) && matchesSearch(machine, search));

  if (status === 'failed' && problem) return <ProblemNotice problem={problem} onRetry={reload} />;
  return (
    <div className={openId === undefined ? 'floor' : 'floor floor-open'}>
      <section className="floor-machines" aria-labelledby="floor-title">
        <h1 id="floor-title" className="hidden">
          The floor
        </h1>
        <FilterBar filter={filter} counts={counts} search={search} onFilter={setFilter} onSearch={setSearch} />
        {status === 'loading' && <Skeleton shape="tile" count={24} label="Reading the machines" />}
        {status === 'ready' && sorted.length === 0 && (
          <EmptyState title="No machines yet">
            They appear here by themselves as soon as one is registered in this hall.
          </EmptyState>
        )}
        {sorted.length > 0 && shown.length === 0 && (
          <EmptyState title="No machine matches">
            <button
              type="button"
              className="button"
              onClick={() => {
                setFilter('all');
                setSearch('');
              }}
            >
              Show all {sorted.length}
            </button>
          </EmptyState>
        )}
        <TileGrid machines={shown} nowMs={nowMs} openId={openId} />
      </section>
      {openId !== undefined && <MachinePanel key={openId} machineId={openId} nowMs={nowMs} onOtherHall={onOtherHall} />}
    </div>
  );
}
