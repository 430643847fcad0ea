import { encodeDocument } from '../bson/encode.js';
import { decodeValue } from '../bson/decode.js';
import { eachElement } from '../bson/raw.js';
import type { BsonDocument, BsonValue } from '../bson/values.js';
import { bsonType } from '../bson/values.js';
import { refuse } from '../errors.js';
import { arrayArgument, documentArgument } from '../query/arguments.js';
import { readFieldName } from '../bson/field-names.js';
import type { Request } from './command.js';

export const MAX_WRITE_BATCH = 100_000;

/** The documents of a write: those that came beside the command, or the array in it. */
export function statementsOf(request: Request, field: string): readonly Buffer[] {
  const statements =
    request.sequences.get(field) ??
    arrayArgument(request.body.get(field), `${request.name}.${field}`).map((value) =>
      encodeDocument(documentArgument(value, `${request.name}.${field}`)),
    );
  const { length } = statements;
  if (length === 0 || length > MAX_WRITE_BATCH) {
    refuse('InvalidLength', `Write batch sizes must be between 1 and ${MAX_WRITE_BATCH}. Got ${length} operations.`);
  }
  return statements;
}

/** One statement of a write command, its fields decoded except for one whose document stays bytes. */
export interface StatementFields {
  readonly fields: BsonDocument;
  readonly raw: Buffer | undefined;
}

/** Takes a statement apart; refuses fields that are not `known`. */
export function statementFields(
  statement: Buffer,
  known: ReadonlySet<string>,
  name: string,
  rawField?: string,
): StatementFields {
  const fields = new Map<string, BsonValue>();
  let raw: Buffer | undefined;
  eachElement(statement, (start, nameEnd, end) => {
    const field = readFieldName(statement, start + 1, nameEnd);
    if (!known.has(field)) refuse('UnknownCommandField', `BSON field '${name}.${field}' is an unknown field.`);
    const type = statement[start] ?? 0;
    if (field === rawField && type === bsonType.object) raw = statement.subarray(nameEnd + 1, end);
    else fields.set(field, decodeValue(statement, type, nameEnd + 1, end));
  });
  return { fields, raw };
}
