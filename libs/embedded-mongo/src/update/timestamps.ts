import { Timestamp } from '../bson/values.js';

let lastSecond = 0;
let ordinal = 0;

/** A timestamp greater than the one before within this process. */
export function nextTimestamp(): Timestamp {
  const second = Math.max(lastSecond, Math.floor(Date.now() / 1_000));
  ordinal = second === lastSecond ? ordinal + 1 : 1;
  lastSecond = second;
  return new Timestamp((BigInt(second) << 32n) | BigInt(ordinal));
}
