import { noVariables, type Variables } from '../aggregate/expressions/expressions.js';
import { decodeDocument } from '../bson/decode.js';
import { decodeFields, FieldNames } from '../bson/raw.js';
import type { BsonDocument } from '../bson/values.js';
import { filteredFields } from './filtered-fields.js';
import { compileFilter } from './matcher.js';

/** A stored document that a plan came upon; it is decoded when somebody looks at its fields. */
export class Found {
  private decoded: BsonDocument | undefined;

  constructor(
    readonly recordId: number,
    readonly bytes: Buffer,
  ) {}

  get document(): BsonDocument {
    this.decoded ??= decodeDocument(this.bytes);
    return this.decoded;
  }

  /** A document of these fields at least; only they are decoded, where nothing more was decoded before. */
  fields(names: FieldNames): BsonDocument {
    return this.decoded ?? decodeFields(this.bytes, names);
  }
}

export type FoundMatcher = (found: Found) => boolean;

/** Fields that are looked up one by one; with more of them the whole document is decoded. */
const MAX_PARTIAL_FIELDS = 6;

/** A filter over stored documents, which decodes only the fields that the filter names. */
export function foundMatcher(filter: BsonDocument, variables: Variables = noVariables): FoundMatcher {
  const matches = compileFilter(filter, { variables });
  const names = filteredFields(filter);
  if (names === undefined || names.size > MAX_PARTIAL_FIELDS) return ({ document }) => matches(document);
  const wanted = FieldNames.of(names);
  return (found) => matches(found.fields(wanted));
}
