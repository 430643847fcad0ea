import { unauthenticated } from '#http';
import type { Caller } from '#kernel';

import { type CallerDirectory, findCaller } from './caller-directory.js';
import type { TokenSubject } from './tokens.js';

/** How long a caller is taken for what they were when last looked up: so soon a suspension is felt everywhere. */
const trustedForMs = 1_000;
/** When an active caller is looked up again in the background, so that nobody waits for it. */
const refreshAfterMs = 500;
/** Callers kept in memory; the one looked up longest ago is forgotten first. */
const maximumCallers = 10_000;

interface KnownCaller {
  readonly caller: Caller;
  readonly checkedAt: number;
}

/** Who callers are and what they may do now, at most a second old. */
export class LiveCallers {
  private readonly known = new Map<string, KnownCaller>();
  private readonly checks = new Map<string, Promise<Caller>>();

  constructor(
    private readonly directory: CallerDirectory,
    private readonly now: () => number,
  ) {}

  /** The caller, where they were looked up within the last second. */
  trusted(subject: TokenSubject): Caller | undefined {
    const key = keyOf(subject);
    const known = this.known.get(key);
    if (!known) return undefined;
    const age = this.now() - known.checkedAt;
    if (age >= refreshAfterMs && !this.checks.has(key)) void this.check(subject).catch(() => undefined);
    return age < trustedForMs ? known.caller : undefined;
  }

  /**
   * Looks the caller up; once, however many ask at the same time.
   * @throws {RequestRefused} 401 `caller_suspended`: suspended, or not there at all
   */
  check(subject: TokenSubject): Promise<Caller> {
    const key = keyOf(subject);
    const running = this.checks.get(key);
    if (running) return running;
    const check = this.lookUp(key, subject).finally(() => this.checks.delete(key));
    this.checks.set(key, check);
    return check;
  }

  private async lookUp(key: string, subject: TokenSubject): Promise<Caller> {
    const checkedAt = this.now();
    const caller = await findCaller(this.directory, subject);
    this.known.delete(key);
    if (!caller) throw unauthenticated('caller_suspended', 'This access is suspended.');
    this.known.set(key, { caller, checkedAt });
    const [oldest] = this.known.keys();
    if (this.known.size > maximumCallers && oldest !== undefined) this.known.delete(oldest);
    return caller;
  }
}

const keyOf = ({ kind, id }: TokenSubject): string => `${kind}:${id}`;
