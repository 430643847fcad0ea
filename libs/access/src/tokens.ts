import { randomUUID } from 'node:crypto';

import jwt from 'jsonwebtoken';
import { Strategy } from 'passport-jwt';
import { z } from 'zod';

import { unauthenticated } from '#http';

import type { SigningKeys } from './signing-keys.js';

export interface TokenOptions {
  /** Who issues tokens (`iss`), and for whom (`aud`); the same in all processes of a platform. */
  readonly issuer: string;
  readonly audience: string;
}

/** Whom a token names. What they may do is not in it: that is looked up, and may change while the token lives. */
export interface TokenSubject {
  readonly kind: 'client' | 'staff';
  readonly id: string;
  /** Of a member of staff: the sign-in that the token came of. It ends with it. */
  readonly sessionId?: string | undefined;
}

export interface VerifiedToken extends TokenSubject {
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export const tokenLifetimeSeconds = 15 * 60;
/** Longer than any token of ours. */
const maximumTokenLength = 2_000;

/** Nothing else is in a header of ours: no key or address of one that the token brings along, nothing critical (RFC 8725, 3.10). */
const headerSchema = z.strictObject({
  typ: z.literal('at+jwt'),
  alg: z.literal('ES256'),
  kid: z.string().min(1).max(64),
});
const claimsSchema = z.object({
  sub: z.uuid(),
  kind: z.enum(['client', 'staff']),
  sid: z.uuid().optional(),
  exp: z.int(),
  iat: z.int(),
});

/** Signs and verifies access tokens (RFC 9068): ES256 and nothing else, and no key that a token brings along. */
export class Tokens {
  private readonly strategy: Strategy;

  constructor(
    private readonly keys: SigningKeys,
    private readonly options: TokenOptions,
    private readonly now: () => number,
  ) {
    this.strategy = new Strategy(
      {
        jwtFromRequest: ({ token }: { token?: string }) => token ?? null,
        secretOrKeyProvider: (_request: unknown, token: string, done: KeyDone) => void this.provideKey(token, done),
        algorithms: ['ES256'],
        issuer: options.issuer,
        audience: options.audience,
      },
      (claims: unknown, done: (error: unknown, claims?: object | false) => void) => {
        const parsed = claimsSchema.safeParse(claims);
        done(null, parsed.success ? parsed.data : false);
      },
    );
  }

  issue({ kind, id, sessionId }: TokenSubject): string {
    const { kid, privateKey } = this.keys.current;
    const session = sessionId === undefined ? {} : { sid: sessionId };
    return jwt.sign({ kind, ...session, iat: Math.floor(this.now() / 1000) }, privateKey, {
      algorithm: 'ES256',
      header: { alg: 'ES256', typ: 'at+jwt', kid },
      issuer: this.options.issuer,
      audience: this.options.audience,
      subject: id,
      jwtid: randomUUID(),
      expiresIn: tokenLifetimeSeconds,
    });
  }

  /** @throws {RequestRefused} 401 `token_invalid` or `token_expired` */
  verify(token: string): Promise<VerifiedToken> {
    if (token.length === 0 || token.length > maximumTokenLength) return Promise.reject(invalid());
    return new Promise((resolve, reject) => {
      const attempt: PassportAttempt = Object.assign(Object.create(this.strategy) as Strategy, {
        success: (claims: unknown) => {
          const token = verified(claims);
          if (token.expiresAt > this.now()) resolve(token);
          else reject(expired());
        },
        fail: (challenge: unknown) => reject(refused(challenge)),
        error: reject,
      });
      attempt.authenticate({ token });
    });
  }

  private async provideKey(token: string, done: KeyDone): Promise<void> {
    try {
      const header = headerSchema.safeParse(jwt.decode(token, { complete: true })?.header);
      const key = header.success ? await this.keys.publicKey(header.data.kid) : undefined;
      if (key === undefined) done(invalid());
      else done(null, key);
    } catch (error) {
      done(error);
    }
  }
}

type KeyDone = (error: unknown, key?: string) => void;
type PassportAttempt = Strategy & { authenticate(request: object): void };

function verified(claims: unknown): VerifiedToken {
  const { sub, kind, sid, exp } = claimsSchema.parse(claims);
  return { kind, id: sub, expiresAt: exp * 1000, ...(sid === undefined ? {} : { sessionId: sid }) };
}

/** The library's own words are not passed on: they would tell a forger how far they came. */
function refused(challenge: unknown): Error {
  if (!(challenge instanceof Error)) return invalid();
  if (challenge instanceof jwt.TokenExpiredError) return expired();
  return challenge instanceof jwt.JsonWebTokenError || challenge.name === 'RequestRefused' ? invalid() : challenge;
}

const invalid = (): Error => unauthenticated('token_invalid', 'The token is not valid here.');

const expired = (): Error => unauthenticated('token_expired', 'The token has expired; get a new one.');
