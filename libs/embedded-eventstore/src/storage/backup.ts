/**
 * A copy of a data directory, taken while a server writes to it: a start on the copy finds everything that was
 * acknowledged before the copy began, whole appends only, and nothing half.
 */
import { constants } from 'node:fs';
import { copyFile, mkdir, open, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { DataDamaged, FormatRefused } from '../errors.js';
import { isRecordAt, recordHeaderBytes } from './record.js';
import type { LogSegment } from './log-segment.js';
import { listSegments, scanSegment, usedEnd, wasDurable } from './recovery.js';
import { Segment } from './segment.js';
import { machineDisk } from './disk.js';

export interface BackupReport {
  readonly segments: number;
  readonly bytes: number;
}

/** The last segments, of which one may be written to while it is copied. */
const unsettledSegments = 2;

/** Copies the log of `directory` to the folder `target`, which must be empty or not there. Indexes are made again. */
export const backupDirectory = async (directory: string, target: string): Promise<BackupReport> => {
  await mkdir(target, { recursive: true, mode: 0o700 });
  if ((await readdir(target)).length > 0) throw new FormatRefused(`the folder ${target} is not empty`);
  const segments = listSegments(directory);
  try {
    const [first] = segments;
    if (first === undefined) throw new FormatRefused(`${directory} holds no event store`);
    const settled = segments.slice(0, -unsettledSegments);
    const sizes: number[] = [];
    for (const segment of settled) sizes.push(await copySettled(directory, target, segment));
    sizes.push(...(await copyUnsettled(target, segments.slice(-unsettledSegments))));
    // Without its first segment no start takes the folder for whole: that one gets its name last.
    await rename(join(target, `${first.name}.new`), join(target, first.name));
    await machineDisk.syncDirectory(target);
    return { segments: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
  } finally {
    for (const segment of segments) segment.close();
  }
};

const nameIn = (target: string, { name, header }: LogSegment): string =>
  join(target, header.number === 1 ? `${name}.new` : name);

/** The copy functions answer the bytes of what they copied. */
const copySettled = async (directory: string, target: string, segment: LogSegment): Promise<number> => {
  const path = nameIn(target, segment);
  await copyFile(join(directory, segment.name), path, constants.COPYFILE_FICLONE);
  return syncFile(path);
};

/** The copy ends in the first of them that is not sealed; when the server has sealed them all meanwhile, in the last. */
const copyUnsettled = async (target: string, segments: readonly LogSegment[]): Promise<number[]> => {
  const sizes: number[] = [];
  for (const segment of segments) {
    const { bytes, sealed } = settledBytes(segment, segment === segments.at(-1));
    const path = nameIn(target, segment);
    const file = await open(path, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    sizes.push(bytes.length);
    if (!sealed) break;
  }
  return sizes;
};

/** A segment's bytes up to its last whole append, and zeros after it; the last segment goes without its seal. */
const settledBytes = (segment: LogSegment, isLast: boolean): { bytes: Buffer; sealed: boolean } => {
  const bytes = segment.readWhole();
  for (;;) {
    const scan = scanSegment(bytes, segment, () => undefined);
    if (!scan.sealed && segment instanceof Segment && wentOn(segment, bytes, scan.stoppedAt)) continue;
    if (scan.sealed && !isLast) return { bytes, sealed: true };
    bytes.fill(0, scan.sealed ? scan.end - recordHeaderBytes : scan.end);
    return { bytes, sealed: false };
  }
};

/** The server writes while its file is read: what lies behind `offset` is read again until it makes sense. */
const wentOn = (segment: Segment, bytes: Buffer, offset: number): boolean => {
  segment.readAgain(bytes, offset);
  const isRecord = (): boolean => isRecordAt(bytes, offset, bytes.length, segment.basePosition + offset);
  if (isRecord()) return true;
  if (!wasDurable(bytes, segment, offset, usedEnd(bytes, offset))) return false;
  segment.readAgain(bytes, offset);
  if (isRecord()) return true;
  throw new DataDamaged(segment.name, offset, 'a record is broken');
};

const syncFile = async (path: string): Promise<number> => {
  const file = await open(path, 'r+');
  try {
    await file.sync();
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
};
