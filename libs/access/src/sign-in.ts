import { randomUUID } from 'node:crypto';

import type { CommandEnvelope, CommandExecutor } from '#event-sourcing';
import { RequestRefused } from '#http';
import { type Clock, DomainError } from '#kernel';

import { staff } from './access.aggregates.js';
import type { CallerDirectory } from './caller-directory.js';
import { isValidSecret } from './client-secrets.js';
import type { PasswordVault } from './password-vault.js';
import { lockMs, SignInThrottle } from './sign-in-throttle.js';
import { staffIdOf } from './staff.commands.js';
import type { KnownStaff } from './staff.js';
import { tokenLifetimeSeconds, type Tokens, type TokenSubject } from './tokens.js';

/** RFC 6749, 5.1. */
export interface IssuedToken {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  readonly expires_in: number;
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
  async staff(
    request: LoginRequest,
  ): Promise<{ readonly token: IssuedToken; readonly staffId: string; member: KnownStaff }> {
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
    return { token: this.issue({ kind: 'staff', id: staffId }), staffId, member };
  }

  /** Written down, so that it holds at every node and over a restart, and can be lifted by an administrator. */
  private async lock(staffId: string, { login, correlationId }: LoginRequest): Promise<void> {
    const { executor, clock } = this.dependencies;
    const until = new Date(clock().getTime() + lockMs).toISOString();
    const envelope = { ...ownChange(staffId, correlationId), actor: { kind: 'system', id: 'sign-in' } as const };
    await executor.execute({
      aggregate: staff,
      id: staffId,
      command: { type: 'LockStaff', data: { staffId, until } },
      envelope: { ...envelope, reason: 'Too many failed sign-ins.' },
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

const forbidden = (code: string, detail: string): RequestRefused => new RequestRefused({ status: 403, code, detail });

const loginInvalid = (): RequestRefused =>
  new RequestRefused({ status: 401, code: 'login_invalid', detail: 'The login or the password is wrong.' });

/** A problem document that is an OAuth error (RFC 6749, 5.2) as well. */
const clientInvalid = (): RequestRefused =>
  new RequestRefused({
    status: 401,
    code: 'client_invalid',
    detail: 'The client is unknown or suspended, or the secret is wrong.',
    members: { error: 'invalid_client' },
  });
