import { DateTime, typeNameOf } from '../../bson/values.js';
import type { BsonValue } from '../../bson/values.js';
import { refuse, refuseWith } from '../../errors.js';
import { describeValue } from '../../storage/describe.js';
import { parsedByFormat, parsedDate, type ParsedDate } from './date-parsing.js';
import { isNullish, namedOperands } from './operands.js';
import type { OperatorCompiler, Operators } from './scope.js';
import { fromLocal, zoneOf } from './time-zone.js';

const OPTIONAL = ['timezone', 'format', 'onError', 'onNull'];

const dateFromString: OperatorCompiler = (operand, scope, name) => {
  const { dateString, timezone, onError, onNull, format } = namedOperands(
    operand,
    scope,
    name,
    ['dateString'],
    OPTIONAL,
  );
  return (slots) => {
    const text = dateString?.(slots);
    if (isNullish(text)) return onNull === undefined ? null : onNull(slots);
    const zone = zoneOf(timezone?.(slots), timezone !== undefined);
    const form = format === undefined ? undefined : formatOf(format(slots));
    if (zone === undefined || form === null) return null;
    const parsed = momentIn(text, zone, form);
    if (typeof parsed === 'number') return new DateTime(BigInt(parsed));
    return onError === undefined ? refuse('ConversionFailure', parsed.reason) : onError(slots);
  };
};

/** The format that an operand evaluates to; null where it is null or missing. */
function formatOf(value: BsonValue | undefined): string | null {
  if (isNullish(value)) return null;
  if (typeof value === 'string') return value;
  return refuseWith(
    40_684,
    `$dateFromString requires that 'format' be a string, found: ${typeNameOf(value)} with value ${describeValue(value)}`,
  );
}

/** Milliseconds since the Unix epoch, or why there are none. */
function momentIn(text: BsonValue, zone: string, format: string | undefined): number | { readonly reason: string } {
  if (typeof text !== 'string') {
    return { reason: `$dateFromString requires that 'dateString' be a string, found: ${typeNameOf(text)}` };
  }
  const parsed: ParsedDate | undefined = format === undefined ? parsedDate(text) : parsedByFormat(text, format);
  if (parsed === undefined) return { reason: `Error parsing date string '${text}'` };
  const { localMs, zone: own } = parsed;
  if (own !== undefined && zone !== 'UTC' && zone !== 'GMT') {
    return {
      reason: `you cannot pass in a date/time string with time zone information ('${own}') together with a timezone argument`,
    };
  }
  return fromLocal(own ?? zone, localMs);
}

export const dateFromStringOperators: Operators = { $dateFromString: dateFromString };
