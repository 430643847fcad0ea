import { eventTypeAt, streamNameAt } from '../storage/record.js';

/** Distinct names whose result a filter remembers. */
const rememberedResults = 10_000;

/** Which events of $all a reader wants. */
export interface EventFilter {
  readonly on: 'stream' | 'type';
  /** One of these, or an expression. */
  readonly match: { readonly prefixes: readonly string[] } | { readonly expression: RegExp };
}

/** Whether the event whose record starts at `at` is wanted. */
export type EventTest = (buffer: Buffer, at: number) => boolean;

/** A test for stored events; what it found out about a name it remembers. */
export const eventTest = ({ on, match }: EventFilter): EventTest => {
  const textAt = on === 'stream' ? streamNameAt : eventTypeAt;
  const results = new Map<string, boolean>();
  const test = (text: string): boolean =>
    'expression' in match ? match.expression.test(text) : match.prefixes.some((prefix) => text.startsWith(prefix));
  return (buffer, at) => {
    const text = textAt(buffer, at);
    const known = results.get(text);
    if (known !== undefined) return known;
    if (results.size >= rememberedResults) results.clear();
    const result = test(text);
    results.set(text, result);
    return result;
  };
};
