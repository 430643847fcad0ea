import { describe, expect, it } from '@jest/globals';

import { factSchema } from '#gateway-protocol';

const doorOpened = {
  sequence: 1,
  at: '2026-01-15T13:30:00.000Z',
  frame: '01FF1114A4',
  body: { kind: 'door-opened', door: 'slot' },
};

describe('a fact', () => {
  it('carries its sequence, its instant, its raw frame and its body', () => {
    expect(factSchema.parse(doorOpened)).toEqual(doorOpened);
  });

  it.each([
    ['a sequence below one', { ...doorOpened, sequence: 0 }],
    ['a door that no machine has', { ...doorOpened, body: { kind: 'door-opened', door: 'garage' } }],
    ['a frame of half a byte', { ...doorOpened, frame: '01F' }],
    ['a field that nobody declared', { ...doorOpened, body: { kind: 'door-opened', door: 'slot', by: 'me' } }],
    ['an unknown kind', { ...doorOpened, body: { kind: 'door-slammed' } }],
  ])('is refused with %s', (_, fact) => {
    expect(factSchema.safeParse(fact).success).toBe(false);
  });
});
