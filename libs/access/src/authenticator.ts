import type { LiveCaller, LiveCallers } from './live-callers.js';
import type { Tokens, VerifiedToken } from './tokens.js';

/** Verified tokens kept in memory; the one used longest ago is forgotten first. */
const maximumTokens = 10_000;

/** From a token to a caller. A token is verified once and remembered until it expires. */
export class Authenticator {
  private readonly verified = new Map<string, VerifiedToken>();

  constructor(
    private readonly tokens: Pick<Tokens, 'verify'>,
    private readonly callers: LiveCallers,
    private readonly now: () => number,
  ) {}

  /** The caller without waiting, where token and caller are known well enough; undefined says: {@link authenticate}. */
  known(token: string): LiveCaller | undefined {
    const verified = this.verified.get(token);
    if (!verified || verified.expiresAt <= this.now()) return undefined;
    return this.callers.trusted(verified);
  }

  /** @throws {RequestRefused} 401 `token_invalid`, `token_expired` or `caller_suspended` */
  async authenticate(token: string): Promise<LiveCaller> {
    const known = this.known(token);
    if (known) return known;
    const verified = await this.verify(token);
    return this.callers.trusted(verified) ?? this.callers.check(verified);
  }

  private async verify(token: string): Promise<VerifiedToken> {
    const remembered = this.verified.get(token);
    this.verified.delete(token);
    const verified = remembered && remembered.expiresAt > this.now() ? remembered : await this.tokens.verify(token);
    this.verified.set(token, verified);
    const [oldest] = this.verified.keys();
    if (this.verified.size > maximumTokens && oldest !== undefined) this.verified.delete(oldest);
    return verified;
  }
}
