/** The machine's local time as the wire carries it: `2026-01-15T13:30:00`. */
export const localTimeAt = (now: number, offsetMs: number): string =>
  new Date(now + offsetMs).toISOString().slice(0, 19);

/** How far a local time is ahead of UTC at this instant, in milliseconds. */
export const offsetOf = (localTime: string, now: number): number => Date.parse(`${localTime}Z`) - now;
