import type { Hall } from '../api/types.js';

const millisecondsPerDay = 86_400_000;

/** The hall's gaming date at an instant: the local day, or the one before while the gaming day has not started yet. */
export function gamingDateAt(nowMs: number, { timeZone, dayStart }: Pick<Hall, 'timeZone' | 'dayStart'>): string {
  const now = new Date(nowMs);
  // The Swedish locale writes ISO dates.
  const time = new Intl.DateTimeFormat('sv-SE', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const date = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(now);
  if (time.format(now) >= dayStart) return date;
  return new Date(Date.parse(`${date}T00:00:00Z`) - millisecondsPerDay).toISOString().slice(0, 10);
}
