import { readdir, readFile, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';

import { decodeRecords, emptyJournalState, foldRecord, type JournalRecord, type JournalState } from './record.js';
import { intactFrameAfter, readFrame } from './frame.js';

/** One file of the journal. */
export interface Segment {
  readonly number: number;
  readonly path: string;
  /** Bytes that are whole and on disk. */
  bytes: number;
  /** The sequence that each machine's first fact in this segment has; a machine that is missing begins at 1. */
  readonly first: Readonly<Record<string, number>>;
}

export interface Recovery {
  /** Null for a directory without a journal. */
  readonly journalId: string | null;
  readonly gatewayId: string | null;
  readonly segments: Segment[];
  readonly state: JournalState;
  /** Bytes of a torn last commit that were cut off, with the place. */
  readonly repaired: { readonly path: string; readonly offset: number; readonly bytes: number } | null;
}

const extension = '.journal';

export const segmentPath = (directory: string, number: number): string =>
  join(directory, `${String(number).padStart(8, '0')}${extension}`);

interface Scan {
  readonly frames: { readonly records: readonly JournalRecord[] | null; readonly end: number }[];
  /** Where the intact frames end. */
  readonly end: number;
}

/** Walks a segment's frames. Only those that `decode` wants are read; all are checked. */
function scan(bytes: Buffer, decode: (index: number) => boolean): Scan {
  const frames: Scan['frames'] = [];
  let offset = 0;
  while (offset < bytes.length) {
    const reading = readFrame(bytes, offset);
    if (reading.kind !== 'frame') break;
    frames.push({ records: decode(frames.length) ? decodeRecords(reading.payload) : null, end: reading.end });
    offset = reading.end;
  }
  return { frames, end: offset };
}

interface Head {
  readonly id: string;
  readonly gatewayId: string;
  readonly state: JournalState;
}

function headOf(records: readonly JournalRecord[] | null | undefined, path: string): Head {
  const [header, state] = records ?? [];
  if (header?.kind !== 'header' || state?.kind !== 'state') throw new Error(`${path} does not begin as a journal does`);
  return { id: header.journalId, gatewayId: header.gatewayId, state: state.state };
}

const firstSequences = ({ machines }: JournalState): Record<string, number> =>
  Object.fromEntries(Object.entries(machines).map(([machineId, { next }]) => [machineId, next]));

async function numbersIn(directory: string): Promise<number[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith(extension));
  return names.map((name) => Number(name.slice(0, -extension.length))).sort((a, b) => a - b);
}

/**
 * Reads the journal of a directory. A torn last commit is cut off, and a last segment that was never begun is taken away.
 * @throws {Error} naming segment and offset, when anything before the last commit is damaged or a segment is missing
 */
export async function recover(directory: string): Promise<Recovery> {
  const numbers = await numbersIn(directory);
  const segments: Segment[] = [];
  const state = emptyJournalState();
  let journalId: string | null = null;
  let gatewayId: string | null = null;
  let repaired: Recovery['repaired'] = null;
  for (const [index, number] of numbers.entries()) {
    const last = index === numbers.length - 1;
    const path = segmentPath(directory, number);
    const expected = (segments.at(-1)?.number ?? number - 1) + 1;
    if (number !== expected) throw new Error(`${segmentPath(directory, expected)} is missing from the journal`);
    const bytes = await readFile(path);
    const { frames, end } = scan(bytes, (frame) => frame === 0 || last);
    if (end < bytes.length) {
      if (!last || intactFrameAfter(bytes, end)) throw new Error(`${path} is damaged at offset ${end}`);
      repaired = { path, offset: end, bytes: bytes.length - end };
      if (frames.length > 0) await truncate(path, end);
    }
    if (frames.length === 0 && last) {
      await rm(path);
      if (segments.length > 0) await foldLast(segments, state);
      continue;
    }
    const head = headOf(frames[0]?.records, path);
    if (journalId !== null && head.id !== journalId) throw new Error(`${path} belongs to another journal`);
    journalId = head.id;
    gatewayId = head.gatewayId;
    segments.push({ number, path, bytes: end, first: firstSequences(head.state) });
    if (last) for (const { records } of frames) for (const record of records ?? []) foldRecord(state, record);
  }
  return { journalId, gatewayId, segments, state, repaired };
}

/** The segment that was to follow never began: the one before it is the last. */
async function foldLast(segments: readonly Segment[], state: JournalState): Promise<void> {
  const path = segments.at(-1)?.path;
  if (path === undefined) return;
  const { frames } = scan(await readFile(path), () => true);
  for (const { records } of frames) for (const record of records ?? []) foldRecord(state, record);
}
