import { faulty } from './fault.js';
import type { Field, FieldOutcome, Fields, Form, ValuesOf } from './field.js';
import { characterBytes, characters, hexBytes, hexOf } from './fields.js';
import { decodeSome, encodeFields } from './layout.js';

/** Bytes that stand to the end of the message, read and written as text of one kind. */
const toTheEnd = (
  form: Form & { readonly maximum: number },
  write: (text: string) => number[],
  read: (source: Uint8Array, from: number, to: number) => string,
): Field<string> => ({
  form,
  bytes: null,
  encode: (text, into) => {
    const codes = write(text);
    if (codes.length > form.maximum) throw new RangeError(`"${text}" is longer than ${form.maximum} bytes`);
    into.push(...codes);
  },
  decode: (source, at, end) =>
    end - at > form.maximum ? faulty('long', at + form.maximum) : { ok: true, value: read(source, at, end), next: end },
});

/** Characters up to the end of a message with a length byte. */
export const asciiToTheEnd = (maximum: number): Field<string> =>
  toTheEnd({ kind: 'ascii-to-the-end', maximum }, characterBytes, characters);

/** Bytes whose layout is not public, in hexadecimal, up to the end of the message. */
export const hexToTheEnd = (maximum: number): Field<string> =>
  toTheEnd({ kind: 'hex-to-the-end', maximum }, hexBytes, hexOf);

/** A length byte, and so many bytes. */
const counted = (form: Form & { readonly maximum: number }, rest: Field<string>): Field<string> => ({
  form,
  bytes: null,
  encode: (text, into) => {
    const at = into.push(0) - 1;
    rest.encode(text, into);
    into[at] = into.length - at - 1;
  },
  decode: (source, at, end) => {
    const length = source[at];
    if (length === undefined || at >= end) return faulty('short', end);
    if (at + 1 + length > end) return faulty('short', end);
    return rest.decode(source, at + 1, at + 1 + length);
  },
});

/** A length byte and ASCII. */
export const text = (maximum: number): Field<string> => counted({ kind: 'text', maximum }, asciiToTheEnd(maximum));

/** A length byte and bytes, in hexadecimal. */
export const countedHex = (maximum: number): Field<string> =>
  counted({ kind: 'counted-hex', maximum }, hexToTheEnd(maximum));

function readItems<Item extends Fields>(
  item: Item,
  maximum: number,
  source: Uint8Array,
  from: number,
  end: number,
  count = Infinity,
): FieldOutcome<readonly ValuesOf<Item>[]> {
  const items: ValuesOf<Item>[] = [];
  let at = from;
  while (items.length < count && (at < end || count !== Infinity)) {
    if (items.length === maximum) return faulty('long', at);
    const outcome = decodeSome(item, source, at, end);
    if (!outcome.ok) return outcome;
    items.push(outcome.values as ValuesOf<Item>);
    at = outcome.next;
  }
  return { ok: true, value: items, next: at };
}

function writeItems<Item extends Fields>(
  item: Item,
  maximum: number,
  items: readonly ValuesOf<Item>[],
  into: number[],
): void {
  if (items.length > maximum) throw new RangeError(`${items.length} entries, where ${maximum} are the most`);
  for (const values of items) encodeFields(item, values, into);
}

/** The same fields again and again, up to the end of the message. */
export const list = <Item extends Fields>(item: Item, maximum: number): Field<readonly ValuesOf<Item>[]> => ({
  form: { kind: 'list', maximum, item },
  bytes: null,
  encode: (items, into) => writeItems(item, maximum, items, into),
  decode: (source, at, end) => readItems(item, maximum, source, at, end),
});

/** A byte that counts them, and the same fields so many times. */
export const countedList = <Item extends Fields>(item: Item, maximum: number): Field<readonly ValuesOf<Item>[]> => ({
  form: { kind: 'counted-list', maximum, item },
  bytes: null,
  encode: (items, into) => {
    into.push(items.length);
    writeItems(item, maximum, items, into);
  },
  decode: (source, at, end) => {
    const count = source[at];
    if (count === undefined || at >= end) return faulty('short', end);
    if (count > maximum) return faulty('long', at);
    return readItems(item, maximum, source, at + 1, end, count);
  },
});

/** Fields that a shorter form of the message leaves out altogether: null then. Only at the end of a message. */
export const optional = <Tail extends Fields>(fields: Tail): Field<ValuesOf<Tail> | null> => ({
  form: { kind: 'optional', fields },
  bytes: null,
  encode: (values, into) => {
    if (values !== null) encodeFields(fields, values, into);
  },
  decode: (source, at, end) => {
    if (at === end) return { ok: true, value: null, next: at };
    const outcome = decodeSome(fields, source, at, end);
    return outcome.ok ? { ok: true, value: outcome.values as ValuesOf<Tail>, next: outcome.next } : outcome;
  },
});
