import { describe, expect, it } from '@jest/globals';

import { bet, event } from '../testing/fixtures.js';
import { maxAlarms, reduceAlarms } from './alarms.js';

const alarm = (position: number) => event('hall.alarm', { kind: 'door', message: `Door ${position}` }, { position });
const after = (...positions: number[]) => reduceAlarms([], { type: 'events', events: positions.map(alarm) });

describe('the alarms', () => {
  it('are kept newest first', () => {
    expect(after(1, 2).map(({ message }) => message)).toEqual(['Door 2', 'Door 1']);
  });

  it('are not made of other events', () => {
    const none = after();
    expect(reduceAlarms(none, { type: 'events', events: [bet(1, 0)] })).toBe(none);
  });

  it('say their kind when they have no words', () => {
    const [only] = reduceAlarms([], { type: 'events', events: [event('hall.alarm', { kind: 'tilt' })] });
    expect(only).toMatchObject({ message: 'tilt', machineId: 'm1', seen: false });
  });

  it('are put aside one by one, or all', () => {
    const [newest] = after(1, 2);
    const one = reduceAlarms(after(1, 2), { type: 'put-aside', id: newest?.id ?? '' });
    expect(one.map(({ seen }) => seen)).toEqual([true, false]);
    expect(reduceAlarms(one, { type: 'all-put-aside' }).every(({ seen }) => seen)).toBe(true);
  });

  it('are at most so many', () => {
    expect(after(...Array.from({ length: maxAlarms + 5 }, (_, index) => index))).toHaveLength(maxAlarms);
  });
});
