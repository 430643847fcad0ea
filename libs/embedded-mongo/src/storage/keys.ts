const UINT32 = 0x1_0000_0000;
export const RECORD_ID_BYTES = 8;
export const OWNER_ID_BYTES = 4;

/** Key of a record: the collection's number, then the record's, both big endian, so that records lie in insertion order. */
export function recordKey(collectionId: number, recordId: number): Buffer {
  const key = Buffer.allocUnsafe(OWNER_ID_BYTES + RECORD_ID_BYTES);
  key.writeUInt32BE(collectionId, 0);
  writeRecordId(key, recordId, OWNER_ID_BYTES);
  return key;
}

/** The four bytes that begin all keys of one collection or one index. */
export function ownerPrefix(id: number): Buffer {
  const prefix = Buffer.allocUnsafe(OWNER_ID_BYTES);
  prefix.writeUInt32BE(id, 0);
  return prefix;
}

export function writeRecordId(target: Buffer, recordId: number, offset: number): void {
  target.writeUInt32BE(Math.floor(recordId / UINT32), offset);
  target.writeUInt32BE(recordId % UINT32, offset + 4);
}

export function readRecordId(source: Buffer, offset = 0): number {
  return source.readUInt32BE(offset) * UINT32 + source.readUInt32BE(offset + 4);
}

export function recordIdBytes(recordId: number): Buffer {
  const bytes = Buffer.allocUnsafe(RECORD_ID_BYTES);
  writeRecordId(bytes, recordId, 0);
  return bytes;
}
