import { crc32 } from 'node:zlib';
import { CommandError, damaged } from '../errors.js';

const RECORD_FORMAT = 1;
/** Bytes before a record's content: the format version, then a CRC-32 of key and content. */
export const RECORD_HEADER_BYTES = 5;

/** Fills in the header of a record whose content begins at RECORD_HEADER_BYTES; the key is bound into the checksum. */
export function sealRecord(key: Buffer, record: Buffer): Buffer {
  record[0] = RECORD_FORMAT;
  record.writeUInt32LE(checksum(key, record), 1);
  return record;
}

/**
 * A record ready to be stored, made in one place that the next one overwrites. The key lies directly before the content
 * while the checksum is taken, so that both are one stretch of bytes.
 */
export class RecordScratch {
  private buffer = Buffer.allocUnsafeSlow(64 * 1024);

  /** @param key at least as long as the header */
  sealed(key: Buffer, content: Buffer): Buffer {
    const { length } = key;
    const end = length + content.length;
    if (this.buffer.length < end) this.buffer = Buffer.allocUnsafeSlow(end * 2);
    const { buffer } = this;
    buffer.set(key, 0);
    buffer.set(content, length);
    const sum = crc32(buffer.subarray(0, end));
    const start = length - RECORD_HEADER_BYTES;
    buffer[start] = RECORD_FORMAT;
    buffer.writeUInt32LE(sum, start + 1);
    return buffer.subarray(start, end);
  }
}

/**
 * The content of a stored record, as a copy. `record` may be bytes that the next read overwrites. Damage is refused
 * with a message that `describe` completes, and never served.
 */
export function openRecord(key: Buffer, record: Buffer, describe: (content: Buffer) => string): Buffer {
  const size = record.length;
  if (size <= RECORD_HEADER_BYTES) throw wrongChecksum(describe(Buffer.alloc(0)));
  const contentAt = Math.max(key.length, RECORD_HEADER_BYTES);
  const headerAt = contentAt - RECORD_HEADER_BYTES;
  const keyAt = contentAt - key.length;
  const whole = Buffer.allocUnsafe(headerAt + size);
  whole.set(new Uint8Array(record.buffer, record.byteOffset, size), headerAt);
  const format = whole[headerAt];
  const sum = whole.readUInt32LE(headerAt + 1);
  whole.set(key, keyAt);
  const content = whole.subarray(contentAt);
  if (sum !== crc32(keyAt === 0 ? whole : whole.subarray(keyAt))) throw wrongChecksum(describe(content));
  if (format !== RECORD_FORMAT) {
    throw new CommandError('DataCorruptionDetected', `Unknown record format ${format}: ${describe(content)}`);
  }
  return content;
}

const wrongChecksum = (what: string): CommandError =>
  damaged(`A stored record is damaged (its checksum is wrong): ${what}`);

function checksum(key: Buffer, record: Buffer): number {
  return crc32(record.subarray(RECORD_HEADER_BYTES), crc32(key));
}
