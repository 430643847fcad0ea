import { describe, expect, it } from '@jest/globals';

import type { Fact } from '#gateway-protocol';

import { noTotals } from './feed.js';
import { judge } from './judge-facts.js';

const journal = '7c3f2a50-6c1a-4d5e-9f3b-2b7f7f3a1c11';
const otherJournal = '8c3f2a50-6c1a-4d5e-9f3b-2b7f7f3a1c22';
const at = '2026-01-15T13:30:00.000Z';

const fact = (sequence: number): Fact => ({ sequence, at, body: { kind: 'power-applied' } });
const lost = (sequence: number, to: number): Fact => ({
  sequence,
  at,
  body: { kind: 'facts-lost', to, reason: 'disk' },
});
const standing = (sequence: number) => ({ journalId: journal, sequence, totals: noTotals });

describe('the intake', () => {
  it('takes the first facts of a machine', () => {
    expect(judge([fact(1), fact(2)], journal, null, null)).toEqual({ fresh: [fact(1), fact(2)], next: 3 });
  });

  it('skips a head that it has', () => {
    expect(judge([fact(4), fact(5), fact(6)], journal, standing(5), null)).toEqual({ fresh: [fact(6)], next: 7 });
  });

  it('answers where it stands when it has everything', () => {
    expect(judge([fact(4)], journal, standing(5), null)).toEqual({ fresh: [], next: 6 });
    expect(judge([], journal, standing(5), null)).toEqual({ fresh: [], next: 6 });
  });

  it('refuses a start past the wanted sequence, and a hole', () => {
    expect(judge([fact(7)], journal, standing(5), null)).toMatchObject({
      fresh: [],
      next: 6,
      refused: { code: 'sequence_gap' },
    });
    expect(judge([fact(6), fact(8)], journal, standing(5), null)).toMatchObject({
      fresh: [],
      next: 6,
      refused: { code: 'sequence_gap' },
    });
  });

  it('goes on behind a loss that the gateway declares', () => {
    expect(judge([lost(6, 20), fact(21)], journal, standing(5), null)).toMatchObject({ next: 22 });
    expect(judge([lost(6, 5)], journal, standing(5), null)).toMatchObject({ refused: { code: 'fact_invalid' } });
  });

  it('refuses another journal until it is accepted, and then counts from one again', () => {
    expect(judge([fact(1)], otherJournal, standing(5), null)).toMatchObject({ refused: { code: 'journal_unknown' } });
    expect(judge([fact(1)], otherJournal, standing(5), otherJournal)).toEqual({ fresh: [fact(1)], next: 2 });
  });
});
