/**
 * The event ids of a sealed segment on disk: made again from the segment when the file is missing or wrong.
 *
 * header, 64 bytes: 0 magic (8) · 8 version u32 · 12 segment number u32 · 16 store id (16) · 32 slots u32
 *   36 CRC-32 of what follows the header u32 · 40 base position u64 · 48 zero · 60 CRC-32 of the header u32
 * then the hashes and the offsets of the slots, u32 each, little-endian
 */
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { endianness } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { systemCode } from '../errors.js';
import { IdTable } from './id-table.js';
import { readLong, writeLong } from './table-file.js';

const headerBytes = 64;
const version = 1;
const magic = Buffer.from('EVSTIDS\n', 'latin1');
const namePattern = /^ids-(\d{8})\.idx$/;

/** What an id table's file must agree with. */
export interface IdTableOwner {
  /** 16 bytes. */
  readonly storeId: Buffer;
  readonly number: number;
  readonly basePosition: number;
}

const nameOf = (number: number): string => `ids-${String(number).padStart(8, '0')}.idx`;

/** Where the file may be taken as it lies in memory; elsewhere ids are read from the segments. */
const canShare = endianness() === 'LE';

const headerOf = ({ storeId, number, basePosition }: IdTableOwner, slots: number, checksum: number): Buffer => {
  const header = Buffer.alloc(headerBytes);
  magic.copy(header);
  header.writeUInt32LE(version, 8);
  header.writeUInt32LE(number, 12);
  storeId.copy(header, 16);
  header.writeUInt32LE(slots, 32);
  header.writeUInt32LE(checksum, 36);
  writeLong(header, basePosition, 40);
  header.writeUInt32LE(crc32(header.subarray(0, headerBytes - 4)), headerBytes - 4);
  return header;
};

const bytesOf = (array: Uint32Array): Buffer => Buffer.from(array.buffer, array.byteOffset, array.byteLength);

export const saveIdTable = (directory: string, owner: IdTableOwner, table: IdTable): void => {
  if (!canShare) return;
  const [hashes, offsets] = table.arrays;
  const content = Buffer.concat([bytesOf(hashes), bytesOf(offsets)]);
  const path = join(directory, nameOf(owner.number));
  writeFileSync(`${path}.new`, Buffer.concat([headerOf(owner, hashes.length, crc32(content)), content]));
  renameSync(`${path}.new`, path);
};

/** The ids of a segment; null when there is no file or it is wrong. */
export const loadIdTable = (directory: string, owner: IdTableOwner): IdTable | null => {
  try {
    return canShare ? tableIn(readFileSync(join(directory, nameOf(owner.number))), owner) : null;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
};

const tableIn = (file: Buffer, { storeId, number, basePosition }: IdTableOwner): IdTable | null => {
  const header = file.subarray(0, headerBytes);
  if (header.length < headerBytes || !header.subarray(0, 8).equals(magic)) return null;
  if (crc32(header.subarray(0, headerBytes - 4)) !== header.readUInt32LE(headerBytes - 4)) return null;
  if (header.readUInt32LE(8) !== version || header.readUInt32LE(12) !== number) return null;
  if (!header.subarray(16, 32).equals(storeId) || readLong(header, 40) !== basePosition) return null;
  const slots = header.readUInt32LE(32);
  const content = file.subarray(headerBytes);
  if (content.length !== slots * 8 || crc32(content) !== header.readUInt32LE(36)) return null;
  const arrays = new Uint32Array(slots * 2);
  content.copy(bytesOf(arrays));
  return new IdTable(basePosition, arrays.subarray(0, slots), arrays.subarray(slots));
};

/** Removes the files of segments before `number`. */
export const removeIdTablesBefore = (directory: string, number: number): void => {
  for (const name of readdirSync(directory)) {
    const match = namePattern.exec(name);
    if (match !== null && Number(match[1]) < number) rmSync(join(directory, name), { force: true });
  }
};
