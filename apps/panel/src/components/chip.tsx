import type { Notice } from '../format/machine-text.js';

/** A short word with a tone. */
export function Chip({ text, tone }: Notice) {
  return <span className={`chip chip-${tone}`}>{text}</span>;
}
