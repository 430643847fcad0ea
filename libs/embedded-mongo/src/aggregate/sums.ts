import { exactNumber, toDecimal } from '../bson/decimal.js';
import type { ParsedDecimal } from '../bson/decimal.js';
import type { BsonValue, NumericValue } from '../bson/values.js';
import { Decimal128, Double, int32, Int32, isNumeric } from '../bson/values.js';
import { combine } from '../update/arithmetic.js';

const LARGEST_SAFE = Number.MAX_SAFE_INTEGER;

/** A sum over numbers of all types, whole numbers exactly, doubles with what rounding loses carried along. */
export class Sum {
  private small = 0;
  private whole = 0n;
  private double = 0;
  private carried = 0;
  private decimal: NumericValue | undefined;
  private hasLong = false;
  private hasDouble = false;
  count = 0;

  /** Anything but a number is passed over. */
  add(value: BsonValue | undefined): void {
    if (value instanceof Int32) this.addSmall(value.value);
    else if (value instanceof Double) this.addDouble(value.value);
    else if (typeof value === 'bigint') this.addWhole(value);
    else if (value instanceof Decimal128) this.decimal = combine('add', this.decimal ?? int32(0), value);
    else return;
    this.count += 1;
  }

  private addSmall(value: number): void {
    const sum = this.small + value;
    if (sum <= LARGEST_SAFE && sum >= -LARGEST_SAFE) {
      this.small = sum;
      return;
    }
    this.whole += BigInt(this.small);
    this.small = value;
  }

  private addWhole(value: bigint): void {
    this.hasLong = true;
    this.whole += value;
  }

  private addDouble(value: number): void {
    this.hasDouble = true;
    const sum = this.double + value;
    const lost = Math.abs(this.double) >= Math.abs(value) ? this.double - sum + value : value - sum + this.double;
    if (Number.isFinite(lost)) this.carried += lost;
    this.double = sum;
  }

  private wholes(): bigint {
    return this.whole + BigInt(this.small);
  }

  private asDouble(): number {
    return this.double + this.carried + Number(this.wholes());
  }

  /** In the widest type that came; whole numbers that overflow a Long become a Double. */
  total(): NumericValue {
    if (this.decimal !== undefined) {
      const rest: NumericValue = this.hasDouble
        ? new Double(this.asDouble())
        : toDecimal({ coefficient: this.wholes(), exponent: 0 });
      return combine('add', this.decimal, rest) ?? this.decimal;
    }
    if (this.hasDouble) return new Double(this.asDouble());
    const wholes = this.wholes();
    if (!this.hasLong && BigInt.asIntN(32, wholes) === wholes) return int32(Number(wholes));
    return BigInt.asIntN(64, wholes) === wholes ? wholes : new Double(Number(wholes));
  }

  /** Null of nothing. */
  average(): BsonValue {
    if (this.count === 0) return null;
    const total = this.total();
    if (!(total instanceof Decimal128)) return new Double(this.asDouble() / this.count);
    return decimalShare(exactNumber(total), this.count);
  }
}

const EXTRA_DIGITS = 40;

function decimalShare(total: ParsedDecimal, count: number): Decimal128 {
  if (typeof total === 'string') return toDecimal(total);
  const scaled = total.coefficient * 10n ** BigInt(EXTRA_DIGITS);
  const divisor = BigInt(count);
  let [coefficient, exponent] = [scaled / divisor, total.exponent - EXTRA_DIGITS];
  while (exponent < total.exponent && coefficient % 10n === 0n)
    [coefficient, exponent] = [coefficient / 10n, exponent + 1];
  return toDecimal({ coefficient, exponent });
}

/** Standard deviation by Welford's method, which stays exact where values are close to each other. */
export class Spread {
  private count = 0;
  private mean = 0;
  private squares = 0;

  add(value: BsonValue | undefined): void {
    if (!isNumeric(value)) return;
    const exact = value instanceof Decimal128 ? exactNumber(value) : undefined;
    const number =
      exact === undefined
        ? Number(value instanceof Decimal128 || typeof value === 'bigint' ? value : value.value)
        : doubleOf(exact);
    this.count += 1;
    const distance = number - this.mean;
    this.mean += distance / this.count;
    this.squares += distance * (number - this.mean);
  }

  /** @param less one for a sample, none for a whole population */
  deviation(less: 0 | 1): BsonValue {
    if (this.count <= less) return null;
    return new Double(Math.sqrt(this.squares / (this.count - less)));
  }
}

const doubleOf = (exact: ParsedDecimal): number =>
  typeof exact === 'string' ? Number(exact) : Number(`${exact.coefficient}e${exact.exponent}`);
