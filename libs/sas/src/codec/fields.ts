import { bcdBytes, bcdValue, impossibleBcdAt } from './bcd.js';
import { faulty, type Fault } from './fault.js';

export type FieldOutcome<Value> =
  { readonly ok: true; readonly value: Value; readonly next: number } | { readonly ok: false; readonly fault: Fault };

/** One field of a message: how it is written down, and both directions of it. */
export interface Field<Value> {
  readonly notation: string;
  /** Fixed size in bytes; null where the rest of the message belongs to the field. */
  readonly bytes: number | null;
  /** @throws {RangeError} when the value cannot be written in this field */
  encode(value: Value): number[];
  /** Reads from `at`; the payload ends before `end`. */
  decode(source: Uint8Array, at: number, end: number): FieldOutcome<Value>;
}

/** Fields in the order of the wire. */
export type Fields = Readonly<Record<string, Field<unknown>>>;

export type ValuesOf<Layout> = {
  readonly [Name in keyof Layout]: Layout[Name] extends Field<infer Value> ? Value : never;
};

const fixed = <Value>(
  notation: string,
  bytes: number,
  encode: (value: Value) => number[],
  read: (source: Uint8Array, at: number) => FieldOutcome<Value>,
): Field<Value> => ({
  notation,
  bytes,
  encode,
  decode: (source, at, end) => (at + bytes > end ? faulty('short', end) : read(source, at)),
});

/** Packed decimal, most significant digit first. */
export const bcd = (bytes: number): Field<number> =>
  fixed(
    `${bytes} BCD`,
    bytes,
    (value) => bcdBytes(value, bytes),
    (source, at) => {
      const impossible = impossibleBcdAt(source, at, bytes);
      if (impossible >= 0) return faulty('bad-bcd', impossible);
      return { ok: true, value: bcdValue(source, at, bytes), next: at + bytes };
    },
  );

/** Unsigned binary, least significant byte first; at most 4 bytes. */
export const binary = (bytes: number): Field<number> =>
  fixed(
    `${bytes} binary`,
    bytes,
    (value) => {
      if (!Number.isSafeInteger(value) || value < 0 || value >= 256 ** bytes) {
        throw new RangeError(`${value} does not fit ${bytes} binary bytes`);
      }
      return Array.from({ length: bytes }, (_, index) => Math.floor(value / 256 ** index) % 256);
    },
    (source, at) => {
      let value = 0;
      for (let index = bytes - 1; index >= 0; index -= 1) value = value * 256 + (source[at + index] ?? 0);
      return { ok: true, value, next: at + bytes };
    },
  );

const characterBytes = (text: string): number[] =>
  Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code > 0xff) throw new RangeError(`"${character}" is not one byte`);
    return code;
  });

const characters = (source: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...source.subarray(from, to));

/** Characters, one byte each; machines pad with spaces, so a shorter text is padded at its end. */
export const ascii = (bytes: number): Field<string> =>
  fixed(
    `${bytes} ASCII`,
    bytes,
    (text) => {
      const codes = characterBytes(text);
      if (codes.length > bytes) throw new RangeError(`"${text}" is longer than ${bytes} bytes`);
      return [...codes, ...Array.from({ length: bytes - codes.length }, () => 0x20)];
    },
    (source, at) => ({ ok: true, value: characters(source, at, at + bytes), next: at + bytes }),
  );

/** Characters up to the end of a message with a length byte. */
export const asciiToTheEnd = (maximumBytes: number): Field<string> => ({
  notation: `ASCII to the end, at most ${maximumBytes}`,
  bytes: null,
  encode: (text) => {
    const codes = characterBytes(text);
    if (codes.length > maximumBytes) throw new RangeError(`"${text}" is longer than ${maximumBytes} bytes`);
    return codes;
  },
  decode: (source, at, end) =>
    end - at > maximumBytes
      ? faulty('long', at + maximumBytes)
      : { ok: true, value: characters(source, at, end), next: end },
});

/** 01 is true, 00 false; any other byte is unknown. */
export const flag: Field<boolean> = fixed(
  '1 flag',
  1,
  (value) => [value ? 1 : 0],
  (source, at) => {
    const byte = source[at];
    return byte === 0 || byte === 1 ? { ok: true, value: byte === 1, next: at + 1 } : faulty('unknown', at);
  },
);

/** Bytes without a meaning: sent as zeros, ignored when read. */
export const unused = (bytes: number): Field<null> =>
  fixed(
    `${bytes} unused`,
    bytes,
    () => Array.from({ length: bytes }, () => 0),
    (_, at) => ({ ok: true, value: null, next: at + bytes }),
  );
