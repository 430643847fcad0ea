import { open } from 'node:fs/promises';

import type { Fact } from '#gateway-protocol';

import { maximumFrameBytes, readFrame } from './frame.js';
import { decodeRecords } from './record.js';
import type { Segment } from './segments.js';

/** A place in the journal: the start of a frame. */
export interface Position {
  readonly segment: number;
  readonly offset: number;
}

export interface FactOfMachine {
  readonly machineId: string;
  readonly fact: Fact;
}

export interface FactsRead {
  readonly facts: FactOfMachine[];
  /** Behind the last frame that was read. */
  readonly end: Position;
}

/** Bytes that are read from a segment at once. */
const blockBytes = 256 * 1024;
/** Most that one reading goes through, in bytes, whether or not it finds facts that are wanted. */
const maximumBytesPerReading = 2 * maximumFrameBytes;

async function readAt(path: string, offset: number, bytes: number): Promise<Buffer> {
  const handle = await open(path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(bytes);
    const { bytesRead } = await handle.read(buffer, 0, bytes, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** The frames of one block from `offset` on, at least one where there is one. */
async function framesFrom(segment: Segment, offset: number): Promise<{ payload: Buffer; end: number }[]> {
  let size = Math.min(blockBytes, segment.bytes - offset);
  for (;;) {
    const block = await readAt(segment.path, offset, size);
    const frames: { payload: Buffer; end: number }[] = [];
    let at = 0;
    for (;;) {
      const reading = readFrame(block, at);
      if (reading.kind === 'damaged') throw new Error(`${segment.path} is damaged at offset ${offset + at}`);
      if (reading.kind === 'short') break;
      frames.push({ payload: reading.payload, end: offset + reading.end });
      at = reading.end;
    }
    if (frames.length > 0 || size >= segment.bytes - offset) return frames;
    size = segment.bytes - offset;
  }
}

/**
 * Reads the facts that are wanted from `from` on, in the order of the journal, frame by frame, until the next frame would make it more than
 * `maximumFacts`. A place in a segment that is gone stands for the start of the oldest.
 */
export async function readFacts(
  segments: readonly Segment[],
  from: Position,
  maximumFacts: number,
  wanted: (fact: FactOfMachine) => boolean,
): Promise<FactsRead> {
  const facts: FactOfMachine[] = [];
  let end = from;
  let bytesRead = 0;
  for (const segment of segments) {
    if (segment.number < end.segment) continue;
    if (segment.number > end.segment) end = { segment: segment.number, offset: 0 };
    while (end.offset < segment.bytes) {
      const frames = await framesFrom(segment, end.offset);
      for (const frame of frames) {
        const found = factsOf(frame.payload).filter(wanted);
        if (facts.length > 0 && facts.length + found.length > maximumFacts) return { facts, end };
        facts.push(...found);
        bytesRead += frame.end - end.offset;
        end = { segment: segment.number, offset: frame.end };
        if (facts.length >= maximumFacts || bytesRead >= maximumBytesPerReading) return { facts, end };
      }
    }
  }
  return { facts, end };
}

const factsOf = (payload: Buffer): FactOfMachine[] =>
  decodeRecords(payload).flatMap((record) =>
    record.kind === 'fact' ? [{ machineId: record.machineId, fact: record.fact }] : [],
  );
