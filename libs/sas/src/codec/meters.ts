import { meterRows, type MeterUnit } from './meter-rows.js';

export interface MeterDefinition {
  readonly code: number;
  readonly name: string;
  readonly unit: MeterUnit;
  /** BCD bytes in an answer to 2F, which has no size byte. */
  readonly bytes: 4 | 5;
}

const wideCodes: ReadonlySet<number> = new Set([
  0x0d, 0x0e, 0x0f, 0x10, 0x80, 0x82, 0x84, 0x86, 0x88, 0x8a, 0x8c, 0x8e, 0x90, 0x92, 0xa0, 0xa2, 0xa4, 0xa6, 0xa8,
  0xaa, 0xac, 0xae, 0xb0, 0xb8, 0xba, 0xbc,
]);

/** BCD bytes of a meter where the wire does not say: 5 for amounts in cents, 4 for all others, unknown codes too. */
export const meterBytes = (code: number): 4 | 5 => (wideCodes.has(code) ? 5 : 4);

/** Every meter of long polls 2F, 6F and AF, by code. */
export const meterDefinitions: ReadonlyMap<number, MeterDefinition> = new Map(
  meterRows.map(([code, unit, name]) => [code, { code, name, unit, bytes: meterBytes(code) }]),
);

/** The meter's code as two upper-case hexadecimal digits: `00` is coin in. */
export const meterKey = (code: number): string => code.toString(16).toUpperCase().padStart(2, '0');

/** The first value a meter cannot show: it wraps to zero there. */
export const meterModulus = (code: number): number => 100 ** meterBytes(code);
