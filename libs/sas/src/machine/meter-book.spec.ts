import { describe, expect, it } from '@jest/globals';

import { brokenIdentities, hasMeter, meter, moved, reading, restarted, zeroMeters } from './meter-book.js';
import { draw, randomFrom } from './random.js';

describe('a book of meters', () => {
  it('starts at zero and sound', () => {
    expect(brokenIdentities(zeroMeters)).toEqual([]);
    expect(hasMeter(zeroMeters, 0x57)).toBe(true);
    expect(hasMeter(zeroMeters, 0x3a)).toBe(false);
    expect(reading(zeroMeters, 0x3a)).toBe(0);
  });

  it('wraps after eight digits, and stays sound', () => {
    const near = restarted(restarted(zeroMeters, meter.coinIn, 99_999_990), meter.billsAccepted, 99_999_990);
    const stacker = restarted(restarted(near, meter.stackerCredits, 99_999_990), meter.billsToDrop, 99_999_990);
    const sound = restarted(stacker, meter.totalDrop, 99_999_990);
    expect(brokenIdentities(sound)).toEqual([]);
    const won = moved(sound, [meter.coinOut, 20], [meter.machinePaidPayTable, 20], [meter.totalWon, 20]);
    const wagered = moved(won, [meter.coinIn, 20]);
    expect(reading(wagered, meter.coinIn)).toBe(10);
    expect(brokenIdentities(wagered)).toEqual([]);
  });

  it('names what does not add up: a credit from nowhere, a game that is neither won nor lost', () => {
    expect(brokenIdentities(moved(zeroMeters, [meter.currentCredits, 1]))).toEqual(['current credits: 1 is not 0']);
    expect(brokenIdentities(moved(zeroMeters, [meter.gamesPlayed, 1]))).toEqual(['games played: 1 is not 0']);
  });
});

describe('chance', () => {
  it('draws the same numbers from the same seed, others from another label', () => {
    const evening = (label: string): number[] => {
      let random = randomFrom(7, label);
      return Array.from({ length: 5 }, () => {
        const drawn = draw(random, 1000);
        random = drawn.random;
        return drawn.value;
      });
    };
    expect(evening('A')).toEqual(evening('A'));
    expect(evening('A')).not.toEqual(evening('B'));
  });

  it('is about even', () => {
    const counts = [0, 0, 0, 0];
    let random = randomFrom(1, 'even');
    for (let time = 0; time < 4000; time += 1) {
      const drawn = draw(random, 4);
      random = drawn.random;
      counts[drawn.value] = (counts[drawn.value] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(120);
  });
});
