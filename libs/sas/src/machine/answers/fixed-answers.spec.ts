import { describe, expect, it } from '@jest/globals';

import { BenchMachine } from '../bench-machine.test-support.js';

describe('what no public source explains', () => {
  const fixedAnswers = [
    { poll: 0x6e, when: '0103', answer: '020100' },
    { poll: 0x6e, when: '', answer: '0105' },
    { poll: 0x95, when: '0001', answer: '000100000007' },
  ];

  it('is answered as the profile has it, by how the poll’s data begins', () => {
    const machine = BenchMachine.inPlay({ fixedAnswers });
    const authenticate = (action: number) => machine.set('authentication', { action, details: '' });
    expect(authenticate(3)).toMatchObject({ poll: 'authentication', data: { details: '0100' } });
    machine.nobody();
    expect(authenticate(0)).toMatchObject({ data: { details: '05' } });
    machine.nobody();
    expect(machine.set('tournamentGamesPlayed', { game: 1 })).toMatchObject({ data: { game: 1, value: 7 } });
    machine.nobody();
    expect(machine.set('tournamentGamesPlayed', { game: 2 })).toBe('silence');
    expect(machine.set('features', { game: 0 })).toMatchObject({ data: { features2: 0x58 } });
  });

  it('is met with silence where the profile says nothing', () => {
    expect(BenchMachine.inPlay().set('authentication', { action: 0, details: '' })).toBe('silence');
  });
});

describe('a poll for one denomination (B0)', () => {
  const ask = (denominationCode: number, wrapped: string) =>
    BenchMachine.inPlay({ multiDenomination: true }).set('multiDenomination', { denominationCode, wrapped });

  it('is answered by what the poll behind it would be answered', () => {
    expect(ask(1, '1F')).toMatchObject({ data: { denominationCode: 1, wrapped: expect.stringMatching(/^1F/) } });
    expect(ask(1, '520001')).toMatchObject({ data: { wrapped: expect.stringMatching(/^520001/) } });
  });

  it.each([
    ['another denomination', 2, '1F'],
    ['a poll that is none', 1, 'F0'],
    ['itself', 1, 'B0021F'],
  ])('is met with silence for %s', (_, code, wrapped) => {
    expect(ask(code, wrapped)).toBe('silence');
  });
});

describe('legacy bonuses', () => {
  it('are counted by what they are for the tax (9A)', () => {
    const machine = BenchMachine.inPlay();
    for (const [amount, taxStatus] of [
      [40, 0],
      [5, 1],
      [7, 2],
      [2, 0],
    ] as const) {
      machine.set('legacyBonus', { amount, taxStatus });
      machine.nobody();
    }
    const data = { game: 0, deductible: 42, nonDeductible: 5, wagerMatch: 7 };
    expect(machine.set('legacyBonusMeters', { game: 0 })).toMatchObject({ data });
  });
});
