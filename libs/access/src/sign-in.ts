import { randomUUID } from 'node:crypto';

import type { CommandEnvelope, CommandExecutor } from '#event-sourcing';
import { RequestRefused } from '#http';
import { type Clock, DomainError } from '#kernel';
import type { PersonalData } from '#personal-data';

import { staff } from './access.aggregates.js';
import type { CallerDirectory } from './caller-directory.js';
import { isValidSecret } from './client-secrets.js';
import type { PasswordVault } from './password-vault.js';
import { lockMs, SignInThrottle } from './sign-in-throttle.js';
import type { Sessions } from './sessions.js';
import { staffIdOf } from './staff.commands.js';
import type { KnownStaff } from './staff.js';
import { openLogin } from './stored-login.js';
import { tokenLifetimeSeconds, type Tokens, type TokenSubject } from './tokens.js';

/** RFC 6749, 5.1. */
export interface IssuedToken {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  readonly expires_in: number;
  /** For the next token, once; only people who sign in by a password get one. */
  readonly refresh_token?: string;
}

export interface SignedIn {
  readonly token: IssuedToken;
  readonly staffId: string;
  readonly login: string;
  readonly member: KnownStaff;
}

export interface LoginRequest {
  readonly login: string;
  readonly password: string;
  readonly newPassword?: string | undefined;
  readonly correlationId: string;
}

export interface SignInDependencies {
  readonly directory: CallerDirectory;
  readonly executor: Pick<CommandExecutor, 'execute'>;
  readonly vault: PasswordVault;
  readonly tokens: Pick<Tokens, 'issue'>;
  readonly sessions: Sessions;
  readonly personalData: Pick<PersonalData, 'decrypt'>;
  readonly clock: Clock;
}

/** Tokens for those who prove who they are. What is wrong is not told: not whether the login, or the password. */
export class SignIn {
  private readonly throttle: SignInThrottle;

  constructor(private readonly dependencies: SignInDependencies) {
    this.throttle = new SignInThrottle(() => dependencies.clock().getTime());
  }

  /** @throws {RequestRefused} 401 `client_invalid`: unknown, suspended, or another secret */
  async client(clientId: string, clientSecret: string): Promise<IssuedToken> {
    const { directory, clock } = this.dependencies;
    const state = await directory.client(clientId);
    const valid = isValidSecret(clientSecret, state.status === 'missing' ? [] : state.secrets, clock());
    if (!valid || state.status !== 'active') throw clientInvalid();
    return this.issue({ kind: 'client', id: clientId });
  }

  /**
   * @throws {RequestRefused} 401 `login_invalid`, 403 `password_change_required` or `caller_suspended`, 429
   * @throws {DomainError} `password_unchanged`
   */
  async staff(request: LoginRequest): Promise<SignedIn> {
    const { directory, vault } = this.dependencies;
    const staffId = staffIdOf(request.login);
    const state = await directory.staff(staffId);
    const member = state.status === 'missing' || state.status === 'erased' ? undefined : state;
    const isLast = this.throttle.begin(request.login, member?.lockedUntil ?? null);
    const proven = await vault.verify(staffId, request.password, member?.sealedPasswordHash);
    if (!proven || !member) {
      if (isLast && member) await this.lock(staffId, request);
      throw loginInvalid();
    }
    this.throttle.succeeded(request.login);
    if (member.status === 'suspended') throw forbidden('caller_suspended', 'This access is suspended.');
    if (request.newPassword !== undefined) await this.changePassword(staffId, request, request.newPassword);
    else if (member.mustChangePassword)
      throw forbidden('password_change_required', 'Choose a password of your own: send it as newPassword.');
    return { token: await this.begin(staffId), staffId, login: request.login, member };
  }

  /**
   * The next token for a refresh token, which is then used up.
   * @throws {RequestRefused} 401 `refresh_token_invalid`: used before (then the whole session ends), over, or not ours
   */
  async refresh(refreshToken: string, correlationId: string): Promise<SignedIn> {
    const refreshed = await this.dependencies.sessions.refresh(refreshToken);
    if (refreshed === 'invalid') throw refreshInvalid();
    if ('reusedOf' in refreshed) {
      await this.revoke(refreshed.reusedOf.staffId, refreshed.sessionId, correlationId);
      throw refreshInvalid();
    }
    const { sessionId, session } = refreshed;
    const { staffId } = session;
    const member = await this.dependencies.directory.staff(staffId);
    if (member.status !== 'active' || member.passwordVersion !== session.passwordVersion) throw refreshInvalid();
    const login = (await openLogin(this.dependencies.personalData, staffId, member.login)) ?? '';
    const token = this.issue({ kind: 'staff', id: staffId, sessionId });
    return { token: { ...token, refresh_token: refreshed.refreshToken }, staffId, login, member };
  }

  /** Ends the session of a refresh token, and its access tokens within a second. */
  signOut(refreshToken: string): Promise<void> {
    return this.dependencies.sessions.endByToken(refreshToken);
  }

  private async begin(staffId: string): Promise<IssuedToken> {
    const { directory, sessions } = this.dependencies;
    const state = await directory.staff(staffId);
    if (state.status !== 'active') throw forbidden('caller_suspended', 'This access is suspended.');
    const { sessionId, refreshToken } = await sessions.begin(staffId, state.passwordVersion);
    return { ...this.issue({ kind: 'staff', id: staffId, sessionId }), refresh_token: refreshToken };
  }

  private async revoke(staffId: string, sessionId: string, correlationId: string): Promise<void> {
    await this.dependencies.executor.execute({
      aggregate: staff,
      id: staffId,
      command: { type: 'RevokeStaffSession', data: { staffId, sessionId } },
      envelope: { ...ownSystemAct(correlationId), reason: 'A refresh token was used twice.' },
      hall: null,
    });
  }

  /** Written down, so that it holds at every node and over a restart, and can be lifted by an administrator. */
  private async lock(staffId: string, { login, correlationId }: LoginRequest): Promise<void> {
    const { executor, clock } = this.dependencies;
    const until = new Date(clock().getTime() + lockMs).toISOString();
    await executor.execute({
      aggregate: staff,
      id: staffId,
      command: { type: 'LockStaff', data: { staffId, until } },
      envelope: { ...ownSystemAct(correlationId), reason: 'Too many failed sign-ins.' },
      hall: null,
    });
    this.throttle.recorded(login);
  }

  private async changePassword(staffId: string, request: LoginRequest, newPassword: string): Promise<void> {
    if (newPassword === request.password)
      throw new DomainError('password_unchanged', 'The new password is the old one.', { pointer: '/newPassword' });
    const { vault, executor } = this.dependencies;
    await executor.execute({
      aggregate: staff,
      id: staffId,
      command: {
        type: 'ChangeStaffPassword',
        data: { staffId, sealedPasswordHash: await vault.sealedHash(staffId, newPassword) },
      },
      envelope: ownChange(staffId, request.correlationId),
      hall: null,
    });
  }

  private issue(subject: TokenSubject): IssuedToken {
    return {
      access_token: this.dependencies.tokens.issue(subject),
      token_type: 'Bearer',
      expires_in: tokenLifetimeSeconds,
    };
  }
}

/** Whoever signs in acts for themselves; a repeat fails by the old password, so it needs no key. */
function ownChange(staffId: string, correlationId: string): CommandEnvelope {
  const commandId = randomUUID();
  return { commandId, commandHash: '', actor: { kind: 'staff', id: staffId }, correlationId, causationId: commandId };
}

/** What the platform does by itself when somebody signs in. */
function ownSystemAct(correlationId: string): CommandEnvelope {
  const commandId = randomUUID();
  const actor = { kind: 'system', id: 'sign-in' } as const;
  return { commandId, commandHash: '', actor, correlationId, causationId: commandId };
}

const forbidden = (code: string, detail: string): RequestRefused => new RequestRefused({ status: 403, code, detail });

const loginInvalid = (): RequestRefused =>
  new RequestRefused({ status: 401, code: 'login_invalid', detail: 'The login or the password is wrong.' });

const refreshInvalid = (): RequestRefused =>
  new RequestRefused({
    status: 401,
    code: 'refresh_token_invalid',
    detail: 'The refresh token was used before, or its session is over. Sign in again.',
    members: { error: 'invalid_grant' },
  });

/** A problem document that is an OAuth error (RFC 6749, 5.2) as well. */
const clientInvalid = (): RequestRefused =>
  new RequestRefused({
    status: 401,
    code: 'client_invalid',
    detail: 'The client is unknown or suspended, or the secret is wrong.',
    members: { error: 'invalid_client' },
  });
