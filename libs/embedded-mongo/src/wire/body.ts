import { decodeValue } from '../bson/decode.js';
import { readFieldName } from '../bson/field-names.js';
import { checkDocument, eachElement } from '../bson/raw.js';
import { bsonType, type BsonDocument } from '../bson/values.js';

/** Arguments of write commands that are many documents: drivers send them beside the body, other callers in it. */
const STATEMENTS = new Set(['documents', 'updates', 'deletes']);

/** A command: its arguments, and those that are documents to be written, which stay bytes wherever they came. */
export interface CommandBody {
  readonly body: BsonDocument;
  readonly sequences: Map<string, readonly Buffer[]>;
}

/**
 * Decodes the body of a command, but for the documents in it that are statements of a write. The first element stays what
 * it is: it names the command.
 */
export function parseBody(bytes: Buffer): CommandBody {
  checkDocument(bytes, 0, bytes.length);
  const body: BsonDocument = new Map();
  const sequences = new Map<string, readonly Buffer[]>();
  eachElement(bytes, (start, nameEnd, end) => {
    const name = readFieldName(bytes, start + 1, nameEnd);
    if (body.has(name) || sequences.has(name)) return;
    const type = bytes[start] ?? 0;
    const value = nameEnd + 1;
    const documents =
      body.size > 0 && type === bsonType.array && STATEMENTS.has(name)
        ? documentsOf(bytes.subarray(value, end))
        : undefined;
    if (documents === undefined) body.set(name, decodeValue(bytes, type, value, end));
    else sequences.set(name, documents);
  });
  return { body, sequences };
}

/** The elements of an array, where all of them are documents. */
function documentsOf(array: Buffer): Buffer[] | undefined {
  const documents: Buffer[] = [];
  let elements = 0;
  eachElement(array, (start, nameEnd, end) => {
    elements += 1;
    if (array[start] === bsonType.object) documents.push(array.subarray(nameEnd + 1, end));
  });
  return documents.length === elements ? documents : undefined;
}
