import { tooManyRequests } from '#http';

/** Failures in a row before a login is locked, and for how long. Counted by each process for itself. */
const maximumFailures = 10;
const lockMs = 30_000;
/** Logins that are remembered; the one that failed longest ago is forgotten first. */
const maximumLogins = 10_000;

interface Attempts {
  failures: number;
  lockedUntil: number;
}

/** Slows guessing down. An attempt counts as failed until it succeeds, so that many at once do not slip through. */
export class SignInThrottle {
  private readonly attempts = new Map<string, Attempts>();

  constructor(private readonly now: () => number) {}

  /** @throws {RequestRefused} 429 `too_many_failures` with Retry-After */
  begin(login: string): void {
    const now = this.now();
    const earlier = this.attempts.get(login);
    if (earlier && earlier.lockedUntil > now) throw tooMany(earlier.lockedUntil - now);
    const failures = earlier && earlier.failures < maximumFailures ? earlier.failures + 1 : 1;
    this.attempts.delete(login);
    this.attempts.set(login, { failures, lockedUntil: failures === maximumFailures ? now + lockMs : 0 });
    const [oldest] = this.attempts.keys();
    if (this.attempts.size > maximumLogins && oldest !== undefined) this.attempts.delete(oldest);
  }

  succeeded(login: string): void {
    this.attempts.delete(login);
  }
}

const tooMany = (waitMs: number): Error =>
  tooManyRequests(
    'too_many_failures',
    'Too many failed sign-ins. Wait before you try again.',
    Math.ceil(waitMs / 1000),
  );
