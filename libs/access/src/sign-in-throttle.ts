import { tooManyRequests } from '#http';

/** Failures in a row before a login is locked. Counted by each process for itself; the lock holds for all of them. */
const maximumFailures = 10;
/** How long a lock lasts, in milliseconds. */
export const lockMs = 5 * 60_000;
/** Logins that are remembered; the one that failed longest ago is forgotten first. */
const maximumLogins = 10_000;

interface Attempts {
  readonly failures: number;
  readonly lockedUntil: number;
  /** Whether the lock stands in the history, where an administrator may lift it. */
  readonly recorded: boolean;
}

/** Slows guessing down. An attempt counts as failed until it succeeds, so that many at once do not slip through. */
export class SignInThrottle {
  private readonly attempts = new Map<string, Attempts>();

  constructor(private readonly now: () => number) {}

  /**
   * @param recordedUntil the lock that stands in the history; null where there is none, or it was lifted
   * @returns whether this was the last attempt: should it fail, the login is locked
   * @throws {RequestRefused} 429 `too_many_failures` with Retry-After
   */
  begin(login: string, recordedUntil: string | null): boolean {
    const now = this.now();
    const earlier = this.attempts.get(login);
    const own = earlier?.recorded && recordedUntil === null ? 0 : (earlier?.lockedUntil ?? 0);
    const lockedUntil = Math.max(own, recordedUntil === null ? 0 : Date.parse(recordedUntil));
    if (lockedUntil > now) throw tooMany(lockedUntil - now);
    const failures = earlier && earlier.failures < maximumFailures ? earlier.failures + 1 : 1;
    const isLast = failures === maximumFailures;
    this.remember(login, { failures, lockedUntil: isLast ? now + lockMs : 0, recorded: false });
    return isLast;
  }

  succeeded(login: string): void {
    this.attempts.delete(login);
  }

  /** The lock of a login now stands in the history. */
  recorded(login: string): void {
    const attempts = this.attempts.get(login);
    if (attempts) this.remember(login, { ...attempts, recorded: true });
  }

  private remember(login: string, attempts: Attempts): void {
    this.attempts.delete(login);
    this.attempts.set(login, attempts);
    const [oldest] = this.attempts.keys();
    if (this.attempts.size > maximumLogins && oldest !== undefined) this.attempts.delete(oldest);
  }
}

const tooMany = (waitMs: number): Error =>
  tooManyRequests(
    'too_many_failures',
    'Too many failed sign-ins. Wait before you try again.',
    Math.ceil(waitMs / 1000),
  );
