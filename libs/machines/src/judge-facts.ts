import type { BatchAnswer, Fact } from '#gateway-protocol';

import type { FeedState } from './feed.js';

type Refusal = NonNullable<BatchAnswer['machines'][number]['refused']>;

export interface Verdict {
  /** What is new, in order and without a gap. */
  readonly fresh: readonly Fact[];
  /** The sequence that is wanted next, once `fresh` is written. */
  readonly next: number;
  readonly refused?: Refusal;
}

/**
 * Which of a machine's facts are taken. A known head is skipped; a start past the wanted sequence is refused with that
 * number; another journal than the machine's is refused until somebody accepts it.
 */
export function judge(
  facts: readonly Fact[],
  journalId: string,
  state: FeedState | null,
  acceptedJournalId: string | null,
): Verdict {
  const same = state === null || state.journalId === journalId;
  if (!same && acceptedJournalId !== journalId) {
    const message = `Machine is fed by journal ${state.journalId}; accept journal ${journalId} if its gateway was replaced.`;
    return { fresh: [], next: 1, refused: { code: 'journal_unknown', message } };
  }
  const wanted = same && state ? state.sequence + 1 : 1;
  const fresh = facts.filter((fact) => fact.sequence >= wanted);
  let next = wanted;
  for (const fact of fresh) {
    if (fact.sequence !== next) {
      const message = `Wanted sequence ${next}, was given ${fact.sequence}.`;
      return { fresh: [], next: wanted, refused: { code: 'sequence_gap', message } };
    }
    if (fact.body.kind === 'facts-lost' && fact.body.to < fact.sequence) {
      return {
        fresh: [],
        next: wanted,
        refused: { code: 'fact_invalid', message: `A loss from ${fact.sequence} cannot end at ${fact.body.to}.` },
      };
    }
    next = fact.body.kind === 'facts-lost' ? fact.body.to + 1 : next + 1;
  }
  return { fresh, next };
}
