import type { HistoryItem, Page } from '../api/types.js';
import type { Problem } from '../api/problem.js';

/** Items kept in view; a longer look back belongs to the audit. */
export const maxHistoryItems = 5_000;

/** A machine's past, newest first. */
export interface History {
  readonly status: 'loading' | 'ready' | 'failed';
  readonly items: readonly HistoryItem[];
  /** Where older ones go on; null at the beginning of time. */
  readonly next: string | null;
  readonly loadingMore: boolean;
  readonly problem: Problem | undefined;
}

export type HistoryAction =
  | { type: 'newest-read'; page: Page<HistoryItem> }
  | { type: 'older-asked' }
  | { type: 'older-read'; page: Page<HistoryItem> }
  | { type: 'failed'; problem: Problem };

export const emptyHistory: History = {
  status: 'loading',
  items: [],
  next: null,
  loadingMore: false,
  problem: undefined,
};

export function reduceHistory(history: History, action: HistoryAction): History {
  switch (action.type) {
    case 'newest-read':
      return withNewest(history, action.page);
    case 'older-asked':
      return { ...history, loadingMore: true, problem: undefined };
    case 'older-read':
      return {
        ...history,
        status: 'ready',
        loadingMore: false,
        items: withoutRepeats([...history.items, ...action.page.items]),
        next: history.items.length + action.page.items.length >= maxHistoryItems ? null : action.page.next,
      };
    case 'failed':
      return {
        ...history,
        status: history.items.length > 0 ? 'ready' : 'failed',
        loadingMore: false,
        problem: action.problem,
      };
  }
}

/** Puts a fresh first page before what is shown. Where the two do not meet, the page alone is shown: no hole is hidden. */
function withNewest(history: History, page: Page<HistoryItem>): History {
  const known = new Set(history.items.map(({ id }) => id));
  const meets = page.items.some(({ id }) => known.has(id));
  const settled = { ...history, status: 'ready' as const, problem: undefined };
  if (!meets) return { ...settled, items: page.items, next: page.next, loadingMore: false };
  const fresh = page.items.filter(({ id }) => !known.has(id));
  return fresh.length === 0 ? settled : { ...settled, items: [...fresh, ...history.items] };
}

function withoutRepeats(items: readonly HistoryItem[]): HistoryItem[] {
  const seen = new Set<string>();
  return items.filter(({ id }) => !seen.has(id) && seen.add(id));
}
