import { bcdValue, impossibleBcdAt, writeBcd } from './bcd.js';
import { faulty } from './fault.js';
import type { Field, FieldOutcome, Form, Meanings } from './field.js';

const fixed = <Value>(
  form: Form,
  bytes: number,
  encode: (value: Value, into: number[]) => void,
  read: (source: Uint8Array, at: number) => FieldOutcome<Value>,
): Field<Value> => ({
  form,
  bytes,
  encode,
  decode: (source, at, end) => (at + bytes > end ? faulty('short', end) : read(source, at)),
});

/** Packed decimal, most significant digit first; at most 7 bytes. */
export const bcd = (bytes: number): Field<number> =>
  fixed(
    { kind: 'bcd', bytes },
    bytes,
    (value, into) => writeBcd(value, bytes, into),
    (source, at) => {
      const impossible = impossibleBcdAt(source, at, bytes);
      if (impossible >= 0) return faulty('bad-bcd', impossible);
      return { ok: true, value: bcdValue(source, at, bytes), next: at + bytes };
    },
  );

/** Packed decimal as text of twice as many digits: validation numbers, which are names and no amounts. */
export const digits = (bytes: number): Field<string> =>
  fixed(
    { kind: 'digits', bytes },
    bytes,
    (text, into) => {
      if (text.length !== 2 * bytes || !/^\d+$/.test(text))
        throw new RangeError(`"${text}" is not ${2 * bytes} digits`);
      into.push(...hexBytes(text));
    },
    (source, at) => {
      const impossible = impossibleBcdAt(source, at, bytes);
      if (impossible >= 0) return faulty('bad-bcd', impossible);
      return { ok: true, value: hexOf(source, at, at + bytes), next: at + bytes };
    },
  );

const unsigned = (form: Form, bytes: number): Field<number> =>
  fixed(
    form,
    bytes,
    (value, into) => {
      if (!Number.isSafeInteger(value) || value < 0 || value >= 256 ** bytes) {
        throw new RangeError(`${value} does not fit ${bytes} binary bytes`);
      }
      let rest = value;
      for (let index = 0; index < bytes; index += 1) {
        into.push(rest % 256);
        rest = Math.floor(rest / 256);
      }
    },
    (source, at) => {
      let value = 0;
      for (let index = bytes - 1; index >= 0; index -= 1) value = value * 256 + (source[at + index] ?? 0);
      return { ok: true, value, next: at + bytes };
    },
  );

/** Unsigned binary, least significant byte first; at most 4 bytes. */
export const binary = (bytes: number): Field<number> => unsigned({ kind: 'binary', bytes }, bytes);

/** One byte whose single values have a meaning. Other values pass through: brands have their own. */
export const coded = (meanings: Meanings): Field<number> => unsigned({ kind: 'binary', bytes: 1, meanings }, 1);

/** A binary number whose single bits have a meaning, by their place from 0. Unknown bits pass through. */
export const bits = (bytes: number, meanings: Meanings): Field<number> =>
  unsigned({ kind: 'binary', bytes, bits: meanings }, bytes);

/** @throws {RangeError} for a character beyond one byte */
export const characterBytes = (text: string): number[] =>
  Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code > 0xff) throw new RangeError(`"${character}" is not one byte`);
    return code;
  });

export const characters = (source: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...source.subarray(from, to));

/** Characters, one byte each; machines pad with spaces, so a shorter text is padded at its end. */
export const ascii = (bytes: number): Field<string> =>
  fixed(
    { kind: 'ascii', bytes },
    bytes,
    (text, into) => {
      const codes = characterBytes(text);
      if (codes.length > bytes) throw new RangeError(`"${text}" is longer than ${bytes} bytes`);
      into.push(...codes);
      for (let at = codes.length; at < bytes; at += 1) into.push(0x20);
    },
    (source, at) => ({ ok: true, value: characters(source, at, at + bytes), next: at + bytes }),
  );

/** Bytes in upper-case hexadecimal. */
export const hexOf = (source: Uint8Array, from: number, to: number): string => {
  let text = '';
  for (let at = from; at < to; at += 1) text += (source[at] ?? 0).toString(16).toUpperCase().padStart(2, '0');
  return text;
};

/** @throws {RangeError} when the text is no whole bytes */
export function hexBytes(text: string): number[] {
  if (!/^([0-9A-Fa-f]{2})*$/.test(text)) throw new RangeError(`"${text}" is not hexadecimal`);
  return Array.from({ length: text.length / 2 }, (_, index) =>
    Number.parseInt(text.slice(2 * index, 2 * index + 2), 16),
  );
}

/** Bytes that are no number, as hexadecimal text: a registration key, a signature. */
export const hex = (bytes: number): Field<string> =>
  fixed(
    { kind: 'hex', bytes },
    bytes,
    (text, into) => {
      const packed = hexBytes(text);
      if (packed.length !== bytes) throw new RangeError(`"${text}" is not ${bytes} bytes`);
      into.push(...packed);
    },
    (source, at) => ({ ok: true, value: hexOf(source, at, at + bytes), next: at + bytes }),
  );

/** 01 is true, 00 false; any other byte is unknown. */
export const flag: Field<boolean> = fixed(
  { kind: 'flag' },
  1,
  (value, into) => void into.push(value ? 1 : 0),
  (source, at) => {
    const byte = source[at];
    return byte === 0 || byte === 1 ? { ok: true, value: byte === 1, next: at + 1 } : faulty('unknown', at);
  },
);

/** Bytes without a meaning: sent as zeros, ignored when read. */
export const unused = (bytes: number): Field<null> =>
  fixed(
    { kind: 'unused', bytes },
    bytes,
    (_, into) => {
      for (let at = 0; at < bytes; at += 1) into.push(0);
    },
    (_, at) => ({ ok: true, value: null, next: at + bytes }),
  );
