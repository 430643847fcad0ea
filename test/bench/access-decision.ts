import { randomUUID } from 'node:crypto';

import type { FastifyReply, FastifyRequest } from 'fastify';

import { createSecrets } from '#secrets';

import { accessGate } from '../../libs/access/src/access.gate.js';
import { Authenticator } from '../../libs/access/src/authenticator.js';
import type { CallerDirectory } from '../../libs/access/src/caller-directory.js';
import { AccessDecision } from '../../libs/access/src/decision.js';
import { FairShare } from '../../libs/access/src/fair-share.js';
import { LiveCallers } from '../../libs/access/src/live-callers.js';
import { rateLimit, usualRateLimits } from '../../libs/access/src/rates.js';
import { SigningKeys, type StoredSigningKey } from '../../libs/access/src/signing-keys.js';
import { Tokens } from '../../libs/access/src/tokens.js';

export interface DecisionCost {
  /** Processor time, in microseconds. */
  readonly first: number;
  readonly then: number;
}

/** Callers that take turns, each with networks and a list of routes: the dearest decision there is. */
const callers = 100;

/**
 * What the gate costs before a route, with real tokens, and with callers that are limited in every way: the first call of each
 * token, which is verified, and those after it.
 */
export async function measureDecision(calls: number): Promise<DecisionCost> {
  const keys = new Map<string, StoredSigningKey>();
  const store = {
    list: () => Promise.resolve([...keys.values()]),
    insertIfAbsent: (id: string, key: StoredSigningKey) => Promise.resolve(keys.set(id, key).get(id) ?? key),
  };
  const signing = await SigningKeys.open(store, createSecrets(Buffer.alloc(32, 1)), () => new Date());
  const tokens = new Tokens(signing, { issuer: 'bench', audience: 'bench' }, Date.now);
  const route = 'GET /api/v1/halls/{hallId}';
  const directory: CallerDirectory = {
    client: () =>
      Promise.resolve({
        status: 'active',
        name: 'bench',
        roles: ['regulator', 'integrator'],
        hallIds: ['h1', 'h2', 'h3'],
        secrets: [],
        networks: ['10.0.0.0/8', '2001:db8::/32', '192.0.2.0/24'],
        routes: ['GET /api/v1/halls', route],
        contactId: null,
      }),
    staff: () => Promise.resolve({ status: 'missing' }),
    session: () => Promise.resolve(undefined),
  };
  const unlimited = rateLimit(1e9);
  const decision = new AccessDecision(
    new Authenticator(tokens, new LiveCallers(directory, Date.now), Date.now),
    { ...usualRateLimits, read: unlimited, total: unlimited },
    Date.now,
  );
  const gate = accessGate(decision, () => undefined, new FairShare(Date.now));
  const guarded = { name: route, rate: 'read', requirement: { permission: 'halls:read' } } as const;
  const reply = Object.assign(Object.create(null) as FastifyReply, {
    raw: { closed: true },
    headers: (headers: object) => Object.keys(headers).length,
  });
  const requests = Array.from({ length: callers }, () => requestOf(tokens.issue({ kind: 'client', id: randomUUID() })));

  const first = await timed(callers, async () => {
    for (const request of requests) await gate(request, reply, guarded);
  });
  const warm = async (): Promise<void> => {
    for (let call = 0; call < calls; call += 1) {
      const request = requests[call % callers];
      if (request) await gate(request, reply, guarded);
    }
  };
  await warm();
  return { first, then: await timed(calls, warm) };
}

const requestOf = (token: string): FastifyRequest =>
  ({
    headers: { authorization: `Bearer ${token}` },
    source: '192.0.2.7',
    params: { hallId: 'h2' },
    query: {},
    caller: undefined,
  }) as FastifyRequest;

async function timed(calls: number, work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / calls;
}
