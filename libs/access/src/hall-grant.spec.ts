import { describe, expect, it } from '@jest/globals';

import type { Caller } from '#kernel';

import { assertMayGrant, assertSeesHall, coversGrant, type HallGrant, hallGrantSchema } from './hall-grant.js';

const caller = (hallIds: HallGrant): Caller => ({
  kind: 'staff',
  id: 's',
  roles: ['administrator'],
  hallIds,
  name: 'n',
});

describe('a grant of halls', () => {
  it.each([
    ['*', '*', true],
    ['*', ['h1'], true],
    [['h1', 'h2'], ['h2'], true],
    [['h1'], ['h1', 'h2'], false],
    [['h1'], '*', false],
  ] as [HallGrant, HallGrant, boolean][])('of %p covers %p: %p', (own, grant, covers) => {
    expect(coversGrant(caller(own), grant)).toBe(covers);
  });

  it('can only be given by whoever has it', () => {
    expect(() => assertMayGrant(caller(['h1']), ['h2'])).toThrow('only to halls that you have access to yourself');
    expect(() => assertMayGrant(caller(['h1']), ['h1'])).not.toThrow();
  });

  it.each([[[]], ['h1'], [['']], [Array.from({ length: 1_001 }, (_, index) => `h${index}`)]])('is not %p', (grant) => {
    expect(hallGrantSchema.safeParse(grant).success).toBe(false);
  });

  it("makes another hall's object one that is not there", () => {
    expect(() => assertSeesHall(caller(['h1']), 'h2')).toThrow(
      expect.objectContaining({ code: 'hall_unknown', kind: 'not-found' }),
    );
    expect(() => assertSeesHall(caller(['h1']), 'h1')).not.toThrow();
  });
});
