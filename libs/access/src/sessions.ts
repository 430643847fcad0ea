import { randomUUID, timingSafeEqual } from 'node:crypto';

import { z } from 'zod';

import type { Clock } from '#kernel';
import type { KeyValueCollection } from '#read-models';
import type { Secrets } from '#secrets';

/** How long somebody stays signed in by refreshing, in milliseconds: a long shift. Then the password is asked for. */
const longestSessionMs = 12 * 60 * 60_000;
/** Sessions that are over, removed whenever one begins. */
const maximumRemovals = 20;

/** One sign-in of a member of staff, and the family of refresh tokens that came of it. */
export interface Session {
  readonly staffId: string;
  /** Which refresh token of the family is the one to use; all before it are used up. */
  readonly generation: number;
  /** ISO 8601. */
  readonly expiresAt: string;
  /** The password that it began with: another one ends it. */
  readonly passwordVersion: number;
  readonly ended: boolean;
}

export interface BegunSession {
  readonly sessionId: string;
  readonly refreshToken: string;
}

/** `reused`: somebody used a token of the family that was used up, so the whole family has ended. */
export type Refreshed =
  | (BegunSession & { readonly session: Session })
  | 'invalid'
  | { readonly sessionId: string; readonly reusedOf: Session };

const sessionIdSchema = z.uuid();
const generationForm = /^[1-9]\d{0,8}$/;

/**
 * Sessions, each with a chain of refresh tokens of which one is valid at a time. A token is `<session>.<generation>.<mac>`
 * and follows from the master key, so none is stored.
 */
export class Sessions {
  constructor(
    private readonly stored: KeyValueCollection<Session>,
    private readonly secrets: Pick<Secrets, 'derive'>,
    private readonly clock: Clock,
  ) {}

  async begin(staffId: string, passwordVersion: number): Promise<BegunSession> {
    await this.removeExpired();
    const sessionId = randomUUID();
    const expiresAt = new Date(this.clock().getTime() + longestSessionMs).toISOString();
    await this.stored.put(sessionId, { staffId, generation: 1, expiresAt, passwordVersion, ended: false });
    return { sessionId, refreshToken: this.tokenOf(sessionId, 1) };
  }

  /** The session, while it lasts. */
  async find(sessionId: string): Promise<Session | undefined> {
    const session = await this.stored.get(sessionId);
    return session && this.isLive(session) ? session : undefined;
  }

  /** The next token for the one that is valid. One that was used before ends the family: one of its two users stole it. */
  async refresh(refreshToken: string): Promise<Refreshed> {
    const { sessionId, generation } = this.read(refreshToken);
    const found = sessionId === undefined ? undefined : await this.stored.read(sessionId);
    if (sessionId === undefined || !found || !this.isLive(found.value)) return 'invalid';
    const session = { ...found.value, generation: generation + 1 };
    const isCurrent = found.value.generation === generation;
    if (isCurrent && (await this.stored.compareAndSet(sessionId, found.version, session)))
      return { sessionId, session, refreshToken: this.tokenOf(sessionId, session.generation) };
    await this.end(sessionId);
    return { sessionId, reusedOf: found.value };
  }

  /** Signs out: the family and its access tokens have ended. Whatever is no token of ours ends nothing. */
  async endByToken(refreshToken: string): Promise<void> {
    const { sessionId } = this.read(refreshToken);
    if (sessionId !== undefined) await this.end(sessionId);
  }

  private async end(sessionId: string): Promise<void> {
    const session = await this.stored.get(sessionId);
    if (session) await this.stored.put(sessionId, { ...session, ended: true });
  }

  private read(refreshToken: string): { sessionId: string | undefined; generation: number } {
    const [id = '', generation = ''] = refreshToken.split('.');
    if (!sessionIdSchema.safeParse(id).success || !generationForm.test(generation)) return none;
    const expected = Buffer.from(this.tokenOf(id, Number(generation)));
    const given = Buffer.from(refreshToken);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return none;
    return { sessionId: id, generation: Number(generation) };
  }

  private tokenOf(sessionId: string, generation: number): string {
    const mac = this.secrets.derive('refresh-token', sessionId, generation.toString()).toString('base64url');
    return `${sessionId}.${generation}.${mac}`;
  }

  private isLive({ ended, expiresAt }: Session): boolean {
    return !ended && Date.parse(expiresAt) > this.clock().getTime();
  }

  private async removeExpired(): Promise<void> {
    const where = { expiresAt: { $lt: this.clock().toISOString() } };
    for (const { id } of await this.stored.list({ where, limit: maximumRemovals })) await this.stored.delete(id);
  }
}

const none = { sessionId: undefined, generation: 0 };
