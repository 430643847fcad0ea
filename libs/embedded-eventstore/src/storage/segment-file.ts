/**
 * One file of the log: a header of 64 bytes, then records, then zeros up to the capacity. The file has its full size
 * from the start, so that a sync never has to write the file's length, and lack of room is known before a write.
 *
 * header: 0 magic (8 bytes) · 8 format version u32 · 12 generation u32 · 16 store id (16 bytes) · 32 number u64
 *         40 base position u64 · 48 capacity u64 (bytes of log) · 56 zero u32 · 60 checksum u32 (CRC-32 of 0–59)
 * A record's position is the base position of its segment plus its offset in the file. That is format version 1, and
 * generation 0. Once space of a sealed segment was given back it has version 2 and another layout (scavenged-file.ts).
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { DataDamaged, FormatRefused } from '../errors.js';
import type { Disk, DiskFile } from './disk.js';

export const segmentHeaderBytes = 64;
/** Of a segment as it was written, and of one whose space was given back. */
export const writtenVersion = 1;
export const scavengedVersion = 2;

const magic = Buffer.from('EVSTLOG\n', 'latin1');
const zeroBlockBytes = 1024 * 1024;
const segmentNamePattern = /^segment-(\d{8})\.log$/;

export interface SegmentHeader {
  /** 16 bytes. */
  readonly storeId: Buffer;
  /** From 1, without gaps. */
  readonly number: number;
  /** How often its space was given back. */
  readonly generation: number;
  readonly basePosition: number;
  /** Bytes of log it has room for; of its file too while the generation is 0. */
  readonly capacityBytes: number;
}

export const segmentName = (number: number): string => `segment-${String(number).padStart(8, '0')}.log`;

/** The number in a segment file's name, or null for another file. */
export const segmentNumber = (fileName: string): number | null => {
  const match = segmentNamePattern.exec(fileName);
  return match === null ? null : Number(match[1]);
};

export const encodeSegmentHeader = (header: SegmentHeader): Buffer => {
  const bytes = Buffer.alloc(segmentHeaderBytes);
  magic.copy(bytes);
  bytes.writeUInt32LE(header.generation === 0 ? writtenVersion : scavengedVersion, 8);
  bytes.writeUInt32LE(header.generation, 12);
  header.storeId.copy(bytes, 16);
  bytes.writeBigUInt64LE(BigInt(header.number), 32);
  bytes.writeBigUInt64LE(BigInt(header.basePosition), 40);
  bytes.writeBigUInt64LE(BigInt(header.capacityBytes), 48);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 60)), 60);
  return bytes;
};

/** Reads a segment's header; throws FormatRefused for another format or version, DataDamaged for a broken one. */
export const decodeSegmentHeader = (bytes: Buffer, name: string): SegmentHeader => {
  if (bytes.length < segmentHeaderBytes) throw new DataDamaged(name, bytes.length, 'the file ends within its header');
  if (!bytes.subarray(0, 8).equals(magic)) throw new FormatRefused(`${name} is not a segment of an event store`);
  const version = bytes.readUInt32LE(8);
  if (crc32(bytes.subarray(0, 60)) !== bytes.readUInt32LE(60)) {
    throw new DataDamaged(name, 0, 'the checksum of the header is wrong');
  }
  if (version !== writtenVersion && version !== scavengedVersion) {
    throw new FormatRefused(
      `${name} has format version ${version}, this engine knows versions up to ${scavengedVersion}`,
    );
  }
  const generation = bytes.readUInt32LE(12);
  if ((version === scavengedVersion) !== generation > 0) throw new DataDamaged(name, 12, 'the generation is wrong');
  return {
    storeId: Buffer.from(bytes.subarray(16, 32)),
    number: Number(bytes.readBigUInt64LE(32)),
    generation,
    basePosition: Number(bytes.readBigUInt64LE(40)),
    capacityBytes: Number(bytes.readBigUInt64LE(48)),
  };
};

const fillWithZeros = async (disk: Disk, file: DiskFile, header: Buffer, capacityBytes: number): Promise<void> => {
  const zeros = Buffer.alloc(Math.min(zeroBlockBytes, capacityBytes));
  for (let at = 0; at < capacityBytes; at += zeros.length) {
    await disk.write(file, [zeros.subarray(0, Math.min(zeros.length, capacityBytes - at))], at);
  }
  await disk.write(file, [header], 0);
  await disk.sync(file);
};

/** Creates a segment of zeros with its whole size on disk; the file has its name only once it is complete. */
export const createSegment = async (disk: Disk, directory: string, header: SegmentHeader): Promise<void> => {
  const path = join(directory, segmentName(header.number));
  const file = await disk.create(`${path}.new`);
  try {
    await fillWithZeros(disk, file, encodeSegmentHeader(header), header.capacityBytes);
  } catch (error) {
    await rm(`${path}.new`, { force: true });
    throw error;
  } finally {
    await disk.close(file);
  }
  await disk.rename(`${path}.new`, path);
  await disk.syncDirectory(directory);
};
