import type { BsonDocument, BsonValue } from '../bson/values.js';
import { Decimal128, Double, Int32, typeNameOf } from '../bson/values.js';
import { parseDecimal } from '../bson/decimal.js';
import { refuse } from '../errors.js';

/** A BSON number as a JavaScript number, or undefined for anything else. A Decimal128 must be a small whole number. */
export function numberOf(value: BsonValue | undefined): number | undefined {
  if (value instanceof Int32 || value instanceof Double) return value.value;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Decimal128) {
    const parsed = parseDecimal(value);
    return typeof parsed === 'string' ? Number(parsed) : Number(`${parsed.coefficient}e${parsed.exponent}`);
  }
  return undefined;
}

/** A whole number that JavaScript holds exactly, or undefined. */
export function wholeNumberOf(value: BsonValue | undefined): number | undefined {
  const number = numberOf(value);
  return number !== undefined && Number.isSafeInteger(number) ? number : undefined;
}

/** A flag as MongoDB reads it: a boolean, or a number that is not zero. */
export function flagOf(value: BsonValue | undefined, absent = false): boolean {
  if (value === undefined) return absent;
  return typeof value === 'boolean' ? value : (numberOf(value) ?? 0) !== 0;
}

export function documentArgument(value: BsonValue | undefined, name: string): BsonDocument {
  if (value instanceof Map) return value;
  if (value === undefined) return refuse('FailedToParse', `BSON field '${name}' is missing but a required field`);
  return refuse(
    'TypeMismatch',
    `BSON field '${name}' is the wrong type '${typeNameOf(value)}', expected type 'object'`,
  );
}

export function stringArgument(value: BsonValue | undefined, name: string): string {
  if (typeof value === 'string') return value;
  return refuse(
    'TypeMismatch',
    `BSON field '${name}' is the wrong type '${typeNameOf(value)}', expected type 'string'`,
  );
}

export function arrayArgument(value: BsonValue | undefined, name: string): BsonValue[] {
  if (Array.isArray(value)) return value;
  return refuse('TypeMismatch', `BSON field '${name}' is the wrong type '${typeNameOf(value)}', expected type 'array'`);
}

/** A count that may not be negative; absent is `undefined`. */
export function countArgument(value: BsonValue | undefined, name: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  const number = wholeNumberOf(value);
  if (number === undefined) return refuse('FailedToParse', `Field '${name}' must be a whole number`);
  if (number < 0) return refuse('BadValue', `BSON field '${name}' value must be >= 0, actual value '${number}'`);
  return number;
}
