import { crc32 } from 'node:zlib';
import { CommandError } from '../errors.js';

const RECORD_FORMAT = 1;
/** Bytes before a record's content: the format version, then a CRC-32 of key and content. */
export const RECORD_HEADER_BYTES = 5;

/** Fills in the header of a record whose content begins at RECORD_HEADER_BYTES; the key is bound into the checksum. */
export function sealRecord(key: Buffer, record: Buffer): Buffer {
  record[0] = RECORD_FORMAT;
  record.writeUInt32LE(checksum(key, record), 1);
  return record;
}

/** The content of a stored record. Damage is refused with a message that `describe` completes, and never served. */
export function openRecord(key: Buffer, record: Buffer, describe: (content: Buffer) => string): Buffer {
  const content = record.subarray(RECORD_HEADER_BYTES);
  if (record.length <= RECORD_HEADER_BYTES || record.readUInt32LE(1) !== checksum(key, record)) {
    throw new CommandError(
      'DataCorruptionDetected',
      `A stored record is damaged (its checksum is wrong): ${describe(content)}. ` +
        'Read models can be rebuilt from the event log; other data must be restored from a backup.',
    );
  }
  if (record[0] !== RECORD_FORMAT) {
    throw new CommandError('DataCorruptionDetected', `Unknown record format ${record[0]}: ${describe(content)}`);
  }
  return content;
}

function checksum(key: Buffer, record: Buffer): number {
  return crc32(record.subarray(RECORD_HEADER_BYTES), crc32(key));
}
