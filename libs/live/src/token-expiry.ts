import jsonwebtoken from 'jsonwebtoken';

/** Longest time that a timer takes, in milliseconds; what expires later is not watched. */
const longestTimerMs = 2 ** 31 - 1;

/** When a token that was verified before expires; undefined where it does not say. */
export function expiryOf(token: string): Date | undefined {
  const payload = jsonwebtoken.decode(token, { json: true });
  return payload?.exp === undefined ? undefined : new Date(payload.exp * 1000);
}

/** Calls back once at the time of expiry. @returns ends the watch */
export function atExpiry(expiresAt: Date, now: Date, expired: () => void): () => void {
  const milliseconds = expiresAt.getTime() - now.getTime();
  if (milliseconds > longestTimerMs) return () => undefined;
  const timer = setTimeout(expired, Math.max(0, milliseconds));
  timer.unref();
  return () => clearTimeout(timer);
}
