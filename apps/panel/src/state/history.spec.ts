import { describe, expect, it } from '@jest/globals';

import { unreachable } from '../api/problem.js';
import { historyItem } from '../testing/fixtures.js';
import { emptyHistory, type History, type HistoryAction, maxHistoryItems, reduceHistory } from './history.js';

const page = (ids: string[], next: string | null = null) => ({ items: ids.map((id) => historyItem(id)), next });
const given = (...actions: HistoryAction[]): History => actions.reduce(reduceHistory, emptyHistory);
const ids = ({ items }: History): string[] => items.map(({ id }) => id);
const newest = (...args: Parameters<typeof page>): HistoryAction => ({ type: 'newest-read', page: page(...args) });
const older = (...args: Parameters<typeof page>): HistoryAction => ({ type: 'older-read', page: page(...args) });

describe('a machine’s history', () => {
  it('grows at its head as events come, and keeps where older ones go on', () => {
    const history = given(newest(['c', 'b'], 'to a'), newest(['e', 'd', 'c'], 'to b'));
    expect(ids(history)).toEqual(['e', 'd', 'c', 'b']);
    expect(history.next).toBe('to a');
  });

  it('stays the same object list when nothing is new', () => {
    const before = given(newest(['b', 'a']));
    expect(reduceHistory(before, newest(['b', 'a'])).items).toBe(before.items);
  });

  it('begins anew where a fresh page does not meet what is shown, so that no hole is hidden', () => {
    const history = given(newest(['b', 'a'], null), newest(['z', 'y'], 'to x'));
    expect(ids(history)).toEqual(['z', 'y']);
    expect(history.next).toBe('to x');
  });

  it('grows at its end on demand, each entry once', () => {
    const history = given(newest(['d', 'c'], 'p'), { type: 'older-asked' }, older(['c', 'b', 'a'], null));
    expect(ids(history)).toEqual(['d', 'c', 'b', 'a']);
    expect(history).toMatchObject({ next: null, loadingMore: false });
  });

  it('stops at its maximum', () => {
    const many = Array.from({ length: maxHistoryItems }, (_, index) => `${index}`);
    expect(given(newest(['x'], 'p'), older(many, 'more')).next).toBeNull();
  });

  it('keeps what it has when a read fails', () => {
    const failed: HistoryAction = { type: 'failed', problem: unreachable };
    expect(given(failed)).toMatchObject({ status: 'failed', problem: unreachable });
    expect(given(newest(['a']), failed)).toMatchObject({ status: 'ready', problem: unreachable });
    expect(given(newest(['a']), failed, newest(['a'])).problem).toBeUndefined();
  });

  it('may be empty', () => {
    expect(given(newest([]))).toMatchObject({ status: 'ready', items: [], next: null });
  });
});
