import { decodeDocument } from '../bson/decode.js';
import type { BsonValue } from '../bson/values.js';
import { parseDecimal } from '../bson/decimal.js';
import { bsonType } from '../bson/values.js';

const MAX_CHARACTERS = 200;

/** A value as mongosh would show it, cut to a readable length; for messages only. */
export function describeValue(value: BsonValue | undefined): string {
  const text = describe(value);
  return text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}…` : text;
}

function describe(value: BsonValue | undefined): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'bigint') return `Long('${value}')`;
  if (value instanceof Map) {
    const fields = [...value].map(([name, field]) => `${name}: ${describe(field)}`);
    return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
  }
  if (Array.isArray(value)) return `[ ${value.map(describe).join(', ')} ]`;
  switch (value.type) {
    case bsonType.int:
    case bsonType.double:
      return String(value.value);
    case bsonType.objectId:
      return `ObjectId('${value.bytes.toString('hex')}')`;
    case bsonType.date:
      return `new Date(${value.millis})`;
    case bsonType.decimal: {
      const parsed = parseDecimal(value);
      return `Decimal128('${typeof parsed === 'string' ? parsed : `${parsed.coefficient}E${parsed.exponent}`}')`;
    }
    case bsonType.binData:
      return `BinData(${value.subtype}, '${value.bytes.toString('base64')}')`;
    case bsonType.timestamp:
      return `Timestamp(${value.value >> 32n}, ${value.value & 0xffff_ffffn})`;
    default:
      return value.constructor.name;
  }
}

/** The _id that bytes of a document seem to carry, for a message about damage; never trusted otherwise. */
export function describeDamagedId(content: Buffer): string {
  try {
    return describeValue(decodeDocument(content).get('_id'));
  } catch {
    return 'unreadable';
  }
}
