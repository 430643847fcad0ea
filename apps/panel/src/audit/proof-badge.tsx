import type { Verdict } from '../proof/verdict.js';

const words = { proven: 'Proven', waiting: 'Not yet in the log', wrong: 'DOES NOT MATCH' };
const tones = { proven: 'good', waiting: 'quiet', wrong: 'bad' };
const marks = { proven: '✓', waiting: '…', wrong: '✗' };

/** What hashing the event here said of it. */
export function ProofBadge({ verdict }: { readonly verdict: Verdict }) {
  const { state } = verdict;
  return (
    <span className={`chip chip-${tones[state]} proof-badge proof-${state}`}>
      <span aria-hidden="true">{marks[state]} </span>
      {words[state]}
    </span>
  );
}

export const verdictText = (verdict: Verdict): string => {
  switch (verdict.state) {
    case 'proven':
      return `Leaf ${verdict.index} of the ${verdict.size} that the checkpoint signs; hashed and verified in this browser.`;
    case 'waiting':
      return 'Newer than the last checkpoint: the next one has it, usually within a second.';
    case 'wrong':
      return verdict.why;
  }
};
