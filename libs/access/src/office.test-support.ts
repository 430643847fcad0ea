import { Controller, Get, type Type } from '@nestjs/common';

import { RequirePermission } from '#http';
import { permissions } from '#kernel';

import type { AccessOptions } from './access.module.js';
import { type AccessApplication, cheaply, MemoryStores, startAccess } from './access.test-support.js';
import { bootstrapAdministrator } from './administrator.js';

/** One route a permission: `/guarded/wallets:deposit`. */
@Controller('guarded')
export class GuardedController {}
for (const permission of permissions) {
  const handler = { value: () => ({ permission }) };
  Object.defineProperty(GuardedController.prototype, permission, handler);
  Get(permission.replace(':', '-'))(GuardedController.prototype, permission, handler);
  RequirePermission(permission)(GuardedController.prototype, permission, handler);
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** A platform with an administrator, and short ways to ask it. */
export interface Office extends AccessApplication {
  /** To start another node on. */
  readonly stores: MemoryStores;
  /** Milliseconds since the epoch; moved by tests. */
  readonly clock: { now: number };
  readonly administrator: string;
  readonly get: (path: string, token?: string) => Promise<Reply>;
  readonly post: (path: string, body: unknown, token?: string) => Promise<Reply>;
  readonly clientToken: (role: string, hallIds?: unknown) => Promise<{ token: string; clientId: string }>;
  readonly staffToken: (role: string, login: string, hallIds?: unknown) => Promise<string>;
}

export async function startOffice(
  controllers: Type[] = [GuardedController],
  options: Partial<AccessOptions> = {},
): Promise<Office> {
  const clock = { now: Date.now() };
  const stores = new MemoryStores();
  const application = await startAccess(controllers, () => new Date(clock.now), { ...cheaply, ...options }, stores);
  const call = caller(application.url);
  const get: Office['get'] = (path, token) => call('GET', path, undefined, token);
  const post: Office['post'] = (path, body, token) => call('POST', path, body, token);

  const first = await bootstrapAdministrator(application.app);
  const credentials = { login: 'admin', password: first?.oneTimePassword, newPassword: 'correct horse battery' };
  const administrator = tokenOf(await post('/auth/login', credentials));

  const clientToken: Office['clientToken'] = async (role, hallIds = '*') => {
    const { body } = await post('/api/v1/clients', { name: 'A client', role, hallIds }, administrator);
    const { clientId, clientSecret } = body as { clientId: string; clientSecret: string };
    return { token: tokenOf(await post('/auth/token', { clientId, clientSecret })), clientId };
  };
  const staffToken: Office['staffToken'] = async (role, login, hallIds = '*') => {
    const password = `the password of ${login}`;
    await post('/api/v1/staff', { login, name: 'Ann', role, hallIds, password }, administrator);
    return tokenOf(await post('/auth/login', { login, password }));
  };
  return { ...application, stores, clock, administrator, get, post, clientToken, staffToken };
}

const tokenOf = ({ body }: Reply): string => String(body['access_token']);

/** Sends requests, each under a key of its own. */
export function caller(url: string) {
  let keys = 0;
  return async (method: string, path: string, body?: unknown, token?: string): Promise<Reply> => {
    keys += 1;
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        'idempotency-key': `key-${keys}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const { status, headers } = response;
    return { status, headers, body: (await response.json()) as Record<string, unknown> };
  };
}
