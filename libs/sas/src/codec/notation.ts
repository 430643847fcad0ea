import type { Form, Fields, Meanings } from './field.js';
import { entriesOf } from './layout.js';

const hexadecimal = (value: number): string => value.toString(16).toUpperCase().padStart(2, '0');

const list = (meanings: Meanings, key: (place: number) => string): string =>
  Object.entries(meanings)
    .map(([place, meaning]) => `${key(Number(place))} ${meaning}`)
    .join(', ');

function binaryNotation({ bytes, meanings, bits }: Extract<Form, { kind: 'binary' }>): string {
  const size = bytes === 1 ? '1' : `${bytes}, least significant first`;
  if (meanings) return `${size}: ${list(meanings, hexadecimal)}`;
  return bits ? `${size}, bits: ${list(bits, String)}` : size;
}

/** How a field is written down, in words. Numbers are bytes. */
export function notationOf(form: Form): string {
  switch (form.kind) {
    case 'bcd':
    case 'digits':
      return `${form.bytes} BCD`;
    case 'ascii':
      return `${form.bytes} ASCII`;
    case 'hex':
      return `${form.bytes} plain`;
    case 'unused':
      return `${form.bytes} unused`;
    case 'binary':
      return binaryNotation(form);
    case 'flag':
      return '1: 00 no, 01 yes';
    case 'time':
    case 'time-or-nothing':
      return '7 BCD, MMDDYYYY HHMMSS';
    case 'text':
      return `length 1, ASCII up to ${form.maximum}`;
    case 'counted-hex':
      return `length 1, up to ${form.maximum} plain`;
    case 'ascii-to-the-end':
      return `ASCII to the end, up to ${form.maximum}`;
    case 'hex-to-the-end':
      return `to the end, up to ${form.maximum}`;
    case 'sized-meter':
      return `size 1, BCD up to ${form.maximum}`;
    case 'list':
      return `up to ${form.maximum} times (${notationOfAll(form.item)})`;
    case 'counted-list':
      return `count 1, up to ${form.maximum} times (${notationOfAll(form.item)})`;
    case 'optional':
      return `in the long form (${notationOfAll(form.fields)})`;
    case 'meter-codes':
      return `up to ${form.maximum} meter codes, 1 each`;
    case 'extended-meter-codes':
      return `up to ${form.maximum} meter codes, 2 each, least significant first`;
    case 'meter-readings':
      return `up to ${form.maximum} times (code 1, value 4 or 5 BCD by the code)`;
    case 'extended-meter-readings':
      return `up to ${form.maximum} times (code 2 least significant first, size 1, value BCD; size 0: no such meter)`;
  }
}

/** `cardHeld` as words: `card held`. */
export const words = (name: string): string =>
  name.replaceAll(/([a-z])([A-Z0-9])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`);

/** Fields in the order of the wire, in words. */
export const notationOfAll = (fields: Fields): string =>
  entriesOf(fields)
    .map(([name, { form }]) => `${words(name)} ${notationOf(form)}`)
    .join('; ');
