import { describe, expect, it } from '@jest/globals';

import { billMeterCode, billUnits } from './bills.js';
import { codeOfDenomination, denominationOfCode, denominations } from './denominations.js';
import { exceptionCodes, exceptionDefinitions, isIdle } from './exceptions.js';
import { meterBytes, meterDefinitions, meterKey, meterModulus } from './meters.js';

describe('meters', () => {
  it.each([
    [0x00, 'coin in', 'credits', 4],
    [0x05, 'games played', 'count', 4],
    [0x0d, 'SAS cashable tickets in', 'cents', 5],
    [0x24, 'total drop', 'credits', 4],
    [0x57, 'bills of 1000000 accepted', 'count', 4],
    [0xa0, 'in-house cashable to machine', 'cents', 5],
  ] as const)('%i is %s, in %s, %i bytes', (code, name, unit, bytes) => {
    expect(meterDefinitions.get(code)).toEqual({ code, name, unit, bytes });
  });

  it('are wide exactly where they count cents', () => {
    for (const { code, unit, bytes } of meterDefinitions.values()) {
      expect([code, bytes]).toEqual([code, unit === 'cents' ? 5 : 4]);
    }
  });

  it('take four bytes where the code is unknown, and wrap at their size', () => {
    expect(meterBytes(0xc5)).toBe(4);
    expect(meterModulus(0x00)).toBe(100_000_000);
    expect(meterModulus(0xa0)).toBe(10_000_000_000);
    expect(meterKey(0x0b)).toBe('0B');
  });

  it('count a bill of each code from 40 on', () => {
    expect(meterDefinitions.get(billMeterCode(7))?.name).toBe(`bills of ${billUnits(7)} accepted`);
    expect(billUnits(0x18)).toBeNull();
  });
});

describe('denominations', () => {
  it('are whole in 1/10 000 of the unit, from 0.0005 to 5000', () => {
    expect([0x01, 0x06, 0x0d, 0x16, 0x1c, 0x1f].map(denominationOfCode)).toEqual([
      100, 10_000, 25_000, 50_000_000, 25, 5,
    ]);
  });

  it('have one code each, there and back', () => {
    expect(denominations).toHaveLength(31);
    for (const { code, denomination } of denominations) expect(codeOfDenomination(denomination)).toBe(code);
  });

  it('do not exist for code 00, or for a worth that no code has', () => {
    expect([denominationOfCode(0), denominationOfCode(0x20), codeOfDenomination(777)]).toEqual([null, null, null]);
  });
});

describe('exceptions', () => {
  it('are all known that the machine acts on', () => {
    for (const code of Object.values(exceptionCodes)) expect(exceptionDefinitions.has(code)).toBe(true);
  });

  it('keep a pending handpay in both forms and the overflow as a priority', () => {
    expect(exceptionDefinitions.get(0x51)?.priority).toBe('both');
    expect(exceptionDefinitions.get(0x70)?.priority).toBe('priority');
    expect([0x00, 0x1f, 0x11].map(isIdle)).toEqual([true, true, false]);
  });
});
