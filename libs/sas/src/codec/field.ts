import type { Fault } from './fault.js';

export type FieldOutcome<Value> =
  { readonly ok: true; readonly value: Value; readonly next: number } | { readonly ok: false; readonly fault: Fault };

/** How a field is written down, for the reference page and for tests that make values of it. Sizes are bytes. */
export type Form =
  | { readonly kind: 'bcd' | 'digits' | 'ascii' | 'hex' | 'unused'; readonly bytes: number }
  | { readonly kind: 'binary'; readonly bytes: number; readonly meanings?: Meanings; readonly bits?: Meanings }
  | { readonly kind: 'flag' | 'time' | 'time-or-nothing' }
  | { readonly kind: 'text' | 'counted-hex' | 'ascii-to-the-end' | 'hex-to-the-end'; readonly maximum: number }
  | { readonly kind: 'sized-meter'; readonly maximum: number }
  | { readonly kind: 'list' | 'counted-list'; readonly maximum: number; readonly item: Fields }
  | { readonly kind: 'optional'; readonly fields: Fields }
  | { readonly kind: 'meter-codes' | 'extended-meter-codes'; readonly maximum: number }
  | { readonly kind: 'meter-readings' | 'extended-meter-readings'; readonly maximum: number };

/** What single values, or single bits, of a field mean. */
export type Meanings = Readonly<Record<number, string>>;

/** One field of a message: how it is written down, and both directions of it. */
export interface Field<Value> {
  readonly form: Form;
  /** Fixed size in bytes; null where it varies. */
  readonly bytes: number | null;
  /**
   * Adds the field's bytes to a message.
   * @throws {RangeError} when the value cannot be written in this field
   */
  encode(value: Value, into: number[]): void;
  /** Reads from `at`; the payload ends before `end`. */
  decode(source: Uint8Array, at: number, end: number): FieldOutcome<Value>;
}

/** Fields in the order of the wire. */
export type Fields = Readonly<Record<string, Field<unknown>>>;

export type ValuesOf<Layout> = {
  readonly [Name in keyof Layout]: Layout[Name] extends Field<infer Value> ? Value : never;
};
