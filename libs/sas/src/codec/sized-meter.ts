import { impossibleBcdAt } from './bcd.js';
import { faulty } from './fault.js';
import type { Field } from './field.js';
import { hexBytes, hexOf } from './fields.js';

/** A cumulative meter with its size in front. Machines send up to 9 bytes, 18 digits: more than a number holds. */
export interface SizedMeter {
  readonly bytes: number;
  readonly value: bigint;
}

const maximum = 9;

/** Size and BCD value (LP 72's cumulative meters, in cents). Size 0 is value 0. */
export const sizedMeter: Field<SizedMeter> = {
  form: { kind: 'sized-meter', maximum },
  bytes: null,
  encode: ({ bytes, value }, into) => {
    const digits = value.toString().padStart(2 * bytes, '0');
    if (bytes > maximum || value < 0n || digits.length > Math.max(2 * bytes, 1)) {
      throw new RangeError(`${value} does not fit ${bytes} BCD bytes`);
    }
    if (bytes === 0 && value !== 0n) throw new RangeError('a meter of no bytes is zero');
    into.push(bytes, ...hexBytes(bytes === 0 ? '' : digits));
  },
  decode: (source, at, end) => {
    const bytes = source[at];
    if (bytes === undefined || at >= end) return faulty('short', end);
    if (bytes > maximum) return faulty('unknown', at);
    if (at + 1 + bytes > end) return faulty('short', end);
    const impossible = impossibleBcdAt(source, at + 1, bytes);
    if (impossible >= 0) return faulty('bad-bcd', impossible);
    const value = BigInt(hexOf(source, at + 1, at + 1 + bytes) || '0');
    return { ok: true, value: { bytes, value }, next: at + 1 + bytes };
  },
};
