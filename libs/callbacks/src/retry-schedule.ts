const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** How long after each failed attempt the next one comes, in milliseconds. After the last: every 24 hours. */
const delays = [
  5 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
] as const;
const lastDelay = 24 * hour;

/** How much later than the schedule an attempt may come, so that not all come at once. */
const jitterShare = 0.1;

/** An endpoint to which nothing could be delivered for this long is suspended, in milliseconds. */
export const suspendedAfterMs = 72 * hour;

/**
 * @param attempts how many attempts have failed, 1 or more
 * @param jitter between 0 and 1
 */
export function nextAttemptAt(attempts: number, now: Date, jitter: number): Date {
  const delay = delays[attempts - 1] ?? lastDelay;
  return new Date(now.getTime() + Math.round(delay * (1 + jitterShare * jitter)));
}
