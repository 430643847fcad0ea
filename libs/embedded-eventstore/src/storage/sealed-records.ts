import { DataDamaged } from '../errors.js';
import type { LogSegment } from './log-segment.js';
import { isRecordAt, kindAt, positionAt, recordEnd, recordKind } from './record.js';
import { logBytesAt } from './scavenged-file.js';
import { segmentHeaderBytes } from './segment-file.js';

/**
 * The records of a sealed segment, whose file has these bytes: the offset of each, up to its seal. They must follow one
 * another in the log without a hole that no gap stands for; throws DataDamaged where they do not.
 */
export function* sealedRecords(bytes: Buffer, segment: LogSegment): Generator<number> {
  let at = segmentHeaderBytes;
  let position = segment.firstPosition;
  while (isRecordAt(bytes, at, bytes.length, position)) {
    yield at;
    position = positionAt(bytes, at) + logBytesAt(bytes, at);
    if (kindAt(bytes, at) === recordKind.seal) {
      if (position !== segment.endPosition)
        throw new DataDamaged(segment.name, at, 'the seal is not where it should be');
      return;
    }
    at = recordEnd(bytes, at);
  }
  throw new DataDamaged(segment.name, at, 'a record is broken');
}
