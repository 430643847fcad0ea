import { describe, expect, it } from '@jest/globals';

import { maximumRecentCommands, RecentCommands } from './recent-commands.js';

const noting = (count: number): RecentCommands => {
  const recent = new RecentCommands();
  for (let index = 0; index < count; index += 1)
    recent.note(`command-${index}`, 'hash', BigInt(index), BigInt(index * 100));
  return recent;
};

describe('the recent commands of a stream', () => {
  it('know which events a command caused', () => {
    const recent = new RecentCommands();
    recent.note('two-events', 'hash', 4n, 70n);
    recent.note('two-events', 'hash', 5n, 80n);
    expect(recent.find('two-events')).toEqual({
      commandId: 'two-events',
      hash: 'hash',
      first: 4n,
      last: 5n,
      position: 80n,
    });
  });

  it('forget the oldest, and say up to which position they forgot', () => {
    const full = noting(maximumRecentCommands);
    expect(full.forgottenThrough).toBeUndefined();
    const past = noting(maximumRecentCommands + 2);
    expect(past.size).toBe(maximumRecentCommands);
    expect(past.find('command-1')).toBeUndefined();
    expect(past.find('command-2')).toBeDefined();
    expect(past.forgottenThrough).toBe(100n);
  });

  it('forget more where there is no room for them', () => {
    const recent = noting(10);
    recent.keepNewest(10);
    expect(recent.forgottenThrough).toBeUndefined();
    recent.keepNewest(3);
    expect([recent.size, recent.forgottenThrough]).toEqual([3, 600n]);
    expect([recent.find('command-6'), recent.find('command-7')?.first]).toEqual([undefined, 7n]);
    recent.note('command-10', 'hash', 10n, 1_000n);
    expect([recent.size, recent.forgottenThrough]).toEqual([4, 600n]);
  });

  it('come out of a snapshot as they went in', () => {
    const recent = noting(maximumRecentCommands + 2);
    const again = RecentCommands.fromJSON(JSON.parse(JSON.stringify(recent)) as ReturnType<RecentCommands['toJSON']>);
    expect(again.toJSON()).toEqual(recent.toJSON());
    expect(again.find('command-500')).toEqual(recent.find('command-500'));
    expect(again.forgottenThrough).toBe(100n);
  });
});
