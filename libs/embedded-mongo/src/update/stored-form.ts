import { sameValue } from '../bson/compare.js';
import { decodeValue } from '../bson/decode.js';
import { encodeDocument } from '../bson/encode.js';
import { depthOf, eachElement, firstElement } from '../bson/raw.js';
import type { BsonDocument, BsonValue } from '../bson/values.js';
import { bsonType, typeNameOf } from '../bson/values.js';
import { refuse } from '../errors.js';
import { describeValue } from '../storage/describe.js';
import { newObjectId } from './object-ids.js';
import { nextTimestamp } from './timestamps.js';

/** Levels of nesting that a stored document may have: MongoDB's 200, less the 20 it keeps for commands around it. */
export const MAX_STORED_DEPTH = 180;

const DOLLAR = 0x24;
/** Bytes before the value of an element named `_id`: the type, the name, a zero. */
const ID_HEADER_BYTES = 5;
const DOCUMENT_HEADER_BYTES = 4;

/** What a look through the top level of a document found. */
interface Survey {
  /** The element of the _id; both -1 where there is none. */
  idStart: number;
  idEnd: number;
  /** Values of timestamps that are zero, which the server fills in. */
  readonly zeroTimestamps: number[];
}

function survey(document: Buffer, isReplacement: boolean): Survey {
  const found: Survey = { idStart: -1, idEnd: -1, zeroTimestamps: [] };
  eachElement(document, (start, nameEnd, end) => {
    const type = document[start];
    if (isReplacement && document[start + 1] === DOLLAR) refuseDollar(document.toString('utf8', start + 1, nameEnd));
    if (isId(document, start, nameEnd)) {
      if (found.idStart < 0) [found.idStart, found.idEnd] = [start, end];
    } else if (type === bsonType.object || type === bsonType.array) {
      if (depthOf(document, nameEnd + 1, end) >= MAX_STORED_DEPTH) {
        refuse('Overflow', `cannot insert document because it exceeds ${MAX_STORED_DEPTH} levels of nesting`);
      }
    } else if (type === bsonType.timestamp && document.readBigUInt64LE(nameEnd + 1) === 0n) {
      found.zeroTimestamps.push(nameEnd + 1);
    }
  });
  return found;
}

const isId = (bytes: Buffer, start: number, nameEnd: number): boolean =>
  nameEnd - start === 4 && bytes[start + 1] === 0x5f && bytes[start + 2] === 0x69 && bytes[start + 3] === 0x64;

function refuseDollar(name: string): never {
  return refuse(
    'DollarPrefixedFieldName',
    `The dollar ($) prefixed field '${name}' in '${name}' is not allowed in the context of an update's replacement ` +
      'document. Consider using an aggregation pipeline with $replaceWith.',
  );
}

/** A document as it is stored: its _id first, a new one where it has none, zero timestamps filled in. */
export function insertedForm(document: Buffer): Buffer {
  const found = survey(document, false);
  return arranged(document, found, found.idStart < 0 ? newIdElement() : checkedId(document, found));
}

/** A replacement as it is stored: with the _id of the document that it replaces, which stands in front of `before`. */
export function replacedForm(document: Buffer, before: Buffer): Buffer {
  const found = survey(document, true);
  return arranged(document, found, keptId(document, found, firstElement(before)));
}

/** A replacement that an upsert inserts, with the _id that its filter fixes, if it fixes one. */
export function upsertedForm(document: Buffer, id: BsonValue | undefined): Buffer {
  const found = survey(document, true);
  if (id !== undefined) return arranged(document, found, keptId(document, found, idElement(id)));
  return arranged(document, found, found.idStart < 0 ? newIdElement() : checkedId(document, found));
}

const newIdElement = (): Buffer => idElement(newObjectId());

function idElement(id: BsonValue): Buffer {
  const document = encodeDocument(new Map([['_id', id]]));
  return checkedElement(document.subarray(DOCUMENT_HEADER_BYTES, document.length - 1));
}

const checkedId = (document: Buffer, { idStart, idEnd }: Survey): Buffer =>
  checkedElement(document.subarray(idStart, idEnd));

const valueOf = (element: Buffer): BsonValue => decodeValue(element, element[0] ?? 0, ID_HEADER_BYTES, element.length);

/** Refuses an _id of a type that none can have, or with fields that begin with a dollar. */
function checkedElement(element: Buffer): Buffer {
  const type = element[0];
  if (type === bsonType.array || type === bsonType.regex || type === bsonType.undefined) {
    refuse('InvalidIdField', `The '_id' value cannot be of type ${typeNameOf(valueOf(element))}`);
  }
  if (type === bsonType.object) checkIdDocument(valueOf(element) as BsonDocument);
  return element;
}

function checkIdDocument(id: BsonDocument): void {
  for (const name of id.keys()) {
    if (name.startsWith('$') && !['$ref', '$id', '$db'].includes(name)) {
      refuse(
        'DollarPrefixedFieldName',
        `_id fields may not contain '$'-prefixed fields: The dollar ($) prefixed field '${name}' in '_id.${name}' ` +
          'is not valid for storage.',
      );
    }
  }
}

function keptId(document: Buffer, found: Survey, kept: Buffer): Buffer {
  if (found.idStart < 0) return kept;
  const own = document.subarray(found.idStart, found.idEnd);
  if (!own.equals(kept) && !sameValue(valueOf(own), valueOf(kept))) {
    const described = describeValue(valueOf(own));
    refuse(
      'ImmutableField',
      `After applying the update, the (immutable) field '_id' was found to have been altered to _id: ${described}`,
    );
  }
  return kept;
}

/** The document with this element in front instead of its own _id. */
function arranged(document: Buffer, { idStart, idEnd, zeroTimestamps }: Survey, id: Buffer): Buffer {
  const inPlace = idStart === DOCUMENT_HEADER_BYTES && id.equals(document.subarray(idStart, idEnd));
  if (inPlace && zeroTimestamps.length === 0) return document;
  const [cutStart, cutEnd] = idStart < 0 ? [DOCUMENT_HEADER_BYTES, DOCUMENT_HEADER_BYTES] : [idStart, idEnd];
  const length = document.length - (cutEnd - cutStart) + id.length;
  const result = Buffer.allocUnsafe(length);
  result.writeInt32LE(length, 0);
  result.set(id, DOCUMENT_HEADER_BYTES);
  const afterId = DOCUMENT_HEADER_BYTES + id.length;
  document.copy(result, afterId, DOCUMENT_HEADER_BYTES, cutStart);
  document.copy(result, afterId + cutStart - DOCUMENT_HEADER_BYTES, cutEnd);
  for (const at of zeroTimestamps) {
    const moved = at < cutStart ? at + id.length : at + length - document.length;
    result.writeBigUInt64LE(nextTimestamp().value, moved);
  }
  return result;
}
