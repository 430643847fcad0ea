/** At the end of the log, batches begin at least this far apart: under load fewer and larger ones cost a fraction. */
const shortestMs = 100;
const longestMs = 250;
/** From the start of a batch to the start of the next, in times what the batch took: the rest is left to others. */
const spacingPerWork = 5;

/**
 * How long to rest after a batch that took so many milliseconds. What a batch costs depends little on its size, so resting
 * in proportion bounds the share of the processor that projecting takes from the commands it runs behind.
 */
export function restAfterMs(workedMs: number): number {
  const spacingMs = Math.min(longestMs, Math.max(shortestMs, workedMs * spacingPerWork));
  return Math.max(0, spacingMs - workedMs);
}
