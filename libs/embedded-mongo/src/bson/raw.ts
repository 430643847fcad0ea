import { decodeValue, documentLength, InvalidBson, MAX_DEPTH } from './decode.js';
import type { BsonDocument } from './values.js';

const FIXED_BYTES = new Int8Array(256).fill(-1);
for (const [type, bytes] of [
  ...[[1, 8] as const, [6, 0] as const, [7, 12] as const, [8, 1] as const, [9, 8] as const, [10, 0] as const],
  ...[[16, 4] as const, [17, 8] as const, [18, 8] as const, [19, 16] as const, [127, 0] as const, [255, 0] as const],
]) {
  FIXED_BYTES[type] = bytes;
}

const int32At = (buffer: Buffer, at: number): number =>
  (buffer[at] ?? 0) | ((buffer[at + 1] ?? 0) << 8) | ((buffer[at + 2] ?? 0) << 16) | ((buffer[at + 3] ?? 0) << 24);

/** Where the zero that ends a name or pattern stands; refuses one that does not end before `end`. */
function zeroAt(buffer: Buffer, start: number, end: number): number {
  let at = start;
  while (buffer[at] !== 0) {
    at += 1;
    if (at >= end) throw new InvalidBson('BSON field name does not end');
  }
  return at;
}

/** Where the value of an element ends; refuses what runs past `end`. */
function valueEnd(buffer: Buffer, type: number, start: number, end: number): number {
  const after = start + valueBytes(buffer, type, start, end);
  if (after > end || after < start) throw new InvalidBson('BSON value runs past the end of its document');
  return after;
}

function valueBytes(buffer: Buffer, type: number, start: number, end: number): number {
  const fixed = FIXED_BYTES[type] ?? -1;
  if (fixed >= 0) return fixed;
  if (type === 11) return zeroAt(buffer, zeroAt(buffer, start, end) + 1, end) + 1 - start;
  if (end - start < 4) return end - start + 1;
  const length = int32At(buffer, start);
  if (length < 0) throw new InvalidBson('BSON value claims a negative length');
  switch (type) {
    case 2:
    case 13:
    case 14:
      return 4 + length;
    case 3:
    case 4:
    case 15:
      return Math.max(length, 5);
    case 5:
      return 5 + length;
    case 12:
      return 4 + length + 12;
    default:
      throw new InvalidBson(`unknown BSON type ${type}`);
  }
}

/** Checks that `buffer[start, end)` is one whole document, through all its levels, without decoding it. */
export function checkDocument(buffer: Buffer, start: number, end: number, depth = 1): void {
  const last = start + documentLength(buffer, start, end) - 1;
  if (last !== end - 1) throw new InvalidBson('bytes follow the end of a BSON document');
  if (buffer[last] !== 0) throw new InvalidBson('BSON document does not end in zero');
  if (depth > MAX_DEPTH) throw new InvalidBson(`BSON nesting exceeds ${MAX_DEPTH} levels`);
  let at = start + 4;
  while (at < last) {
    const type = buffer[at] ?? 0;
    const value = zeroAt(buffer, at + 1, last) + 1;
    at = valueEnd(buffer, type, value, last);
    if (type === 2) checkString(buffer, value, at);
    else if (type === 3 || type === 4) checkDocument(buffer, value, at, depth + 1);
    else if (FIXED_BYTES[type] === -1 || type === 8) checkRareValue(buffer, type, value, at, depth);
  }
}

function checkString(buffer: Buffer, start: number, end: number): void {
  if (end - start < 5 || buffer[end - 1] !== 0) throw new InvalidBson('BSON string does not end in zero');
}

function checkRareValue(buffer: Buffer, type: number, start: number, end: number, depth: number): void {
  if (type === 8 && (buffer[start] ?? 2) > 1) throw new InvalidBson('BSON boolean is neither 0 nor 1');
  if (type === 13 || type === 14) checkString(buffer, start, end);
  if (type === 12) checkString(buffer, start, end - 12);
  if (type !== 15) return;
  const scope = start + 8 + int32At(buffer, start + 4);
  if (scope < start + 9 || scope > end - 5) throw new InvalidBson('BSON code with scope has a wrong length');
  checkString(buffer, start + 4, scope);
  checkDocument(buffer, scope, end, depth + 1);
}

/** The greatest number of documents and arrays inside each other, the document itself included. */
export function depthOf(buffer: Buffer, start = 0, end = buffer.length): number {
  let deepest = 0;
  for (let at = start + 4; at < end - 1;) {
    const type = buffer[at] ?? 0;
    const value = zeroAt(buffer, at + 1, end) + 1;
    at = valueEnd(buffer, type, value, end);
    if (type === 3 || type === 4) deepest = Math.max(deepest, depthOf(buffer, value, at));
  }
  return deepest + 1;
}

const MAX_KNOWN_NAMES = 1_024;
const knownNames = new Map<string, FieldNames>();

/** Fields at the top of documents that are looked for in the bytes. */
export class FieldNames {
  readonly names: readonly string[];
  /** Room for a look that is over before the next one begins. */
  readonly spans: readonly Span[];
  private readonly bytes: readonly Buffer[];
  /** Which bytes any of the names begins with: most fields need no closer look. */
  private readonly firstBytes = new Uint8Array(256);

  constructor(names: Iterable<string>) {
    this.names = [...new Set(names)];
    this.spans = spansFor(this.names.length);
    this.bytes = this.names.map((name) => Buffer.from(name));
    for (const name of this.bytes) this.firstBytes[name[0] ?? 0] = 1;
  }

  /** The same few lists of names come in every command. */
  static of(names: ReadonlySet<string>): FieldNames {
    const key = [...names].join('\0');
    const known = knownNames.get(key);
    if (known !== undefined) return known;
    if (knownNames.size >= MAX_KNOWN_NAMES) knownNames.clear();
    const created = new FieldNames(names);
    knownNames.set(key, created);
    return created;
  }

  /** Which of the names `buffer[start, end)` is; -1 for none. */
  indexOf(buffer: Buffer, start: number, end: number): number {
    if (this.firstBytes[buffer[start] ?? 0] === 0) return -1;
    const { bytes } = this;
    const length = end - start;
    for (let index = 0; index < bytes.length; index += 1) {
      const name = bytes[index];
      if (name === undefined || name.length !== length) continue;
      let at = 0;
      while (at < length && name[at] === buffer[start + at]) at += 1;
      if (at === length) return index;
    }
    return -1;
  }
}

/** An element of a document: its bytes from the type to the end of its value; `start` is -1 for a missing one. */
export interface Span {
  start: number;
  value: number;
  end: number;
}

export const spansFor = (count: number): Span[] =>
  Array.from({ length: count }, () => ({ start: -1, value: -1, end: -1 }));

/** Finds fields in the bytes of a document; of two with the same name the first counts. */
export function locateFields(bytes: Buffer, names: FieldNames, spans: readonly Span[]): void {
  for (const span of spans) span.start = -1;
  let missing = spans.length;
  const last = bytes.length - 1;
  for (let at = 4; at < last && missing > 0;) {
    const start = at;
    const type = bytes[at] ?? 0;
    const nameEnd = zeroAt(bytes, at + 1, last);
    at = valueEnd(bytes, type, nameEnd + 1, last);
    const span = spans[names.indexOf(bytes, start + 1, nameEnd)];
    if (span === undefined || span.start >= 0) continue;
    span.start = start;
    span.value = nameEnd + 1;
    span.end = at;
    missing -= 1;
  }
}

/** Decodes only these fields, in the order of `names`. */
export function decodeFields(bytes: Buffer, names: FieldNames): BsonDocument {
  locateFields(bytes, names, names.spans);
  return decodeSpans(bytes, names, names.spans);
}

export function decodeSpans(bytes: Buffer, names: FieldNames, spans: readonly Span[]): BsonDocument {
  const document: BsonDocument = new Map();
  for (let index = 0; index < spans.length; index += 1) {
    const span = spans[index];
    if (span === undefined || span.start < 0) continue;
    document.set(names.names[index] ?? '', decodeValue(bytes, bytes[span.start] ?? 0, span.value, span.end));
  }
  return document;
}

/** Whether an element is the same, type and bytes, in two documents; missing in both is the same. */
export function sameSpan(left: Buffer, a: Span, right: Buffer, b: Span): boolean {
  if (a.start < 0 || b.start < 0) return a.start < 0 && b.start < 0;
  const length = a.end - a.start;
  if (length !== b.end - b.start) return false;
  for (let at = 0; at < length; at += 1) if (left[a.start + at] !== right[b.start + at]) return false;
  return true;
}

/** The element that a document begins with, from its type to the end of its value. */
export function firstElement(bytes: Buffer): Buffer {
  const last = bytes.length - 1;
  const value = zeroAt(bytes, 5, last) + 1;
  return bytes.subarray(4, valueEnd(bytes, bytes[4] ?? 0, value, last));
}

/** Calls back with every element at the top: where it starts, where its name ends, where its value ends. */
export function eachElement(bytes: Buffer, visit: (start: number, nameEnd: number, end: number) => void): void {
  const last = bytes.length - 1;
  for (let at = 4; at < last;) {
    const start = at;
    const nameEnd = zeroAt(bytes, at + 1, last);
    at = valueEnd(bytes, bytes[start] ?? 0, nameEnd + 1, last);
    visit(start, nameEnd, at);
  }
}
