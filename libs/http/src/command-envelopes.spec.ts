import { describe, expect, it } from '@jest/globals';

import type { Caller } from '#kernel';
import { createSecrets } from '#secrets';

import { CommandEnvelopes, type SentCommand } from './command-envelopes.js';

const sut = new CommandEnvelopes(createSecrets(Buffer.alloc(32, 1)));
const caller: Caller = { kind: 'client', id: 'c1', roles: ['integrator'], hallIds: '*', name: 'CRM' };
const sent: SentCommand = {
  caller,
  method: 'POST',
  path: '/api/v1/wallets/p1/deposits',
  key: 'k1',
  content: { amount: { value: 5, currency: 'EUR' }, reason: ' a bonus ' },
  correlationId: 'r1',
};
const seal = (change: Partial<SentCommand> = {}) => sut.seal({ ...sent, ...change });

describe('the envelope of a command', () => {
  it('is the same for ever', () => {
    expect(seal()).toEqual({
      commandId: '445598e4-532c-5789-8428-c99b14462047',
      commandHash: '96e7a7ff56ac05793c65761ce7efc769',
      actor: { kind: 'client', id: 'c1' },
      correlationId: 'r1',
      causationId: '445598e4-532c-5789-8428-c99b14462047',
      reason: 'a bonus',
    });
  });

  it.each<[string, Partial<SentCommand>]>([
    ['another caller', { caller: { ...caller, id: 'c2' } }],
    ['another kind of caller', { caller: { ...caller, kind: 'staff' } }],
    ['another method', { method: 'PUT' }],
    ['another path', { path: '/api/v1/wallets/p2/deposits' }],
    ['another key', { key: 'k2' }],
  ])('is another command for %s', (_, change) => {
    expect(seal(change).commandId).not.toBe(seal().commandId);
  });

  it('does not depend on the request that carries it', () => {
    expect(seal({ correlationId: 'r2' })).toMatchObject({
      commandId: seal().commandId,
      commandHash: seal().commandHash,
    });
  });

  it('tells changed content apart, each caller by a key of their own', () => {
    const hashes = [seal(), seal({ content: {} }), seal({ caller: { ...caller, id: 'c2' } })];
    expect(new Set(hashes.map(({ commandHash }) => commandHash)).size).toBe(3);
  });

  it.each([undefined, '', 'é', 'a\u001fb', 'x'.repeat(256), ['k1', 'k2']])('is refused for the key %p', (key) => {
    expect(() => seal({ key })).toThrow(
      expect.objectContaining({ refusal: expect.objectContaining({ status: 400, code: 'idempotency_key_required' }) }),
    );
  });

  it.each([[undefined], [''], ['  '], ['x'.repeat(501)], [7]])('has no reason where the content says %p', (reason) => {
    expect(seal({ content: { reason } })).not.toHaveProperty('reason');
  });

  it('has the gateway as its actor where one sends', () => {
    expect(seal({ caller: { ...caller, roles: ['gateway'] } }).actor).toEqual({ kind: 'gateway', id: 'c1' });
  });
});
