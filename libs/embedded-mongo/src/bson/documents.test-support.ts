import { deserialize, serialize } from 'bson';
import { decodeDocument } from './decode.js';
import { encodeDocument } from './encode.js';
import type { BsonDocument } from './values.js';

/** A document as the official library would send it. */
export const doc = (source: object): BsonDocument =>
  decodeDocument(Buffer.from(serialize(source, { ignoreUndefined: false })));

/** A document as the official library would receive it, numbers as plain numbers. */
export const plain = (document: BsonDocument): unknown => deserialize(encodeDocument(document));

/** The same with each number in its own type. */
export const typed = (document: BsonDocument): unknown =>
  deserialize(encodeDocument(document), { promoteValues: false, promoteLongs: false });
