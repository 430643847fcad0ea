import { useCallback, useEffect, useState } from 'react';

import { type Problem, problemOf } from '../api/problem.js';
import { useSession } from '../session/session-context.js';
import { readCalls } from './audit-api.js';
import type { CallPage, RecordedCall } from './audit-types.js';
import type { CallFilters } from './call-filters.js';

interface CallsView {
  readonly items: readonly RecordedCall[] | undefined;
  readonly counts: CallPage['counts'];
  readonly next: string | null;
  readonly problem: Problem | undefined;
  readonly isReading: boolean;
}

export interface Calls extends CallsView {
  readonly readOlder: () => void;
}

const unread: CallsView = { items: undefined, counts: [], next: null, problem: undefined, isReading: true };

/** Recorded calls that match, newest first, page by page; for a component that is made anew for other filters. */
export function useCalls(filters: CallFilters): Calls {
  const { api } = useSession();
  const [view, setView] = useState(unread);

  const read = useCallback(
    (cursor: string | null) =>
      readCalls(api, filters, cursor).then(
        (page) => setView((before) => withPage(before, page)),
        (error: unknown) => setView((before) => ({ ...before, isReading: false, problem: problemOf(error) })),
      ),
    [api, filters],
  );
  useEffect(() => void read(null), [read]);
  const readOlder = () => {
    setView({ ...view, isReading: true, problem: undefined });
    void read(view.next);
  };
  return { ...view, readOlder };
}

const withPage = ({ items = [], counts }: CallsView, page: CallPage): CallsView => ({
  items: [...items, ...page.items],
  counts: [...counts, ...page.counts],
  next: page.next,
  problem: undefined,
  isReading: false,
});
