import { describe, expect, it } from '@jest/globals';

import { hall, hallDetailsSchema } from './hall.js';

const details = { name: 'Casino Rila', currency: 'EUR', timeZone: 'Europe/Sofia', dayStart: '06:00' };
const create = { type: 'CreateHall', data: details } as const;

describe('a hall', () => {
  it('is created with its currency and its calendar', () => {
    expect(hall.decide(create, hall.initialState())).toEqual([{ type: 'hall.created.v1', data: details }]);
  });

  it('is created once', () => {
    const open = hall.evolve(hall.initialState(), { type: 'hall.created.v1', data: details });
    expect(() => hall.decide(create, open)).toThrow(expect.objectContaining({ code: 'hall_exists' }));
  });

  it.each([
    ['timeZone', 'Mars/Olympus'],
    ['dayStart', '24:00'],
    ['currency', 'euro'],
    ['name', '  '],
  ])('is refused when %s is %p', (field, value) => {
    const parsed = hallDetailsSchema.safeParse({ ...details, [field]: value });
    expect(parsed.error?.issues.map(({ path }) => path)).toEqual([[field]]);
  });
});
