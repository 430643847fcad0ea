import { describe, expect, it } from '@jest/globals';

import { actorText, describeRecord } from './record-text.js';

describe('an event of the audit', () => {
  it.each([
    ['wallet.funds-deposited.v1', { amount: { value: 1_050, currency: 'EUR' } }, 'Deposit', /10\.50/],
    ['transfer.requested.v1', { requested: { value: 500, currency: 'EUR' } }, 'Transfer asked for', /5\.00/],
    ['audit.api-calls-recorded.v1', { calls: [1, 2] }, 'Calls recorded', /^2 calls$/],
    ['machine.door-opened.v1', { door: 'drop' }, 'Door opened', /Drop/],
    ['callback.something-new.v3', 'not even an object', 'Something new', /^$/],
  ])('%s is told in words', (type, data, title, detail) => {
    const text = describeRecord({ type, data });
    expect(text.title).toBe(title);
    expect(text.detail).toMatch(detail);
  });

  it('names who did it as well as it can', () => {
    expect(actorText({ kind: 'staff', id: 's1', name: 'Ana' })).toBe('staff Ana');
    expect(actorText({ kind: 'client', id: 'c1', name: null })).toBe('client c1');
    const id = '3046828e-2244-55d1-b1e7-25b135f23d01';
    expect(actorText({ kind: 'machine', id, name: null })).toBe('machine 3046828e');
    expect(actorText(null)).toBe('nobody');
  });
});
