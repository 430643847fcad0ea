import streams from '@eventstore/db-client/generated/streams_pb.js';
import { describe, expect, it } from '@jest/globals';
import { eventOf, idOf } from '../testing.test-support.js';
import { tombstoneRevision, type EventToStore } from './event-message.js';
import {
  createdAtMsOf,
  eventIdAt,
  eventTypeAt,
  isEvent,
  isLastOfAppend,
  isRecordAt,
  maximumEventRecordBytes,
  messageAt,
  positionAt,
  recordAlignmentBytes,
  recordFlag,
  recordKind,
  revisionAt,
  streamKeyAt,
  streamNameAt,
  writeEventRecord,
} from './record.js';

const createdAtMs = 1_700_000_000_123;

const written = (event: EventToStore, position: number, revision = 7, flags: number = recordFlag.lastOfAppend) => {
  const buffer = Buffer.alloc(maximumEventRecordBytes(event) + 64, 0xee);
  const header = { position, durableBefore: 64, kind: recordKind.event, flags, ordinal: 3 };
  const end = writeEventRecord(buffer, 8, event, revision, createdAtMs, header);
  return { buffer, end };
};

const readEvent = (buffer: Buffer) => streams.ReadResp.deserializeBinary(messageAt(buffer, 8)).getEvent();

describe('an event record', () => {
  it('tells what indexes and filters ask', () => {
    const { buffer, end } = written(eventOf(5), 4096);
    expect(isRecordAt(buffer, 8, end, 4096)).toBe(true);
    expect([positionAt(buffer, 8), revisionAt(buffer, 8), createdAtMsOf(buffer, 8)]).toEqual([4096, 7, createdAtMs]);
    expect([isEvent(buffer, 8), isLastOfAppend(buffer, 8)]).toEqual([true, true]);
    expect(eventIdAt(buffer, 8)).toEqual(idOf(5));
    expect(streamNameAt(buffer, 8)).toBe('wallet-1');
    expect(eventTypeAt(buffer, 8)).toBe('wallet.funds-deposited.v1');
    expect((end - 8) % recordAlignmentBytes).toBe(0);
  });

  it.each([64, 16_384, 2 ** 31, 2 ** 40, 2 ** 52])('at position %d holds the message a client reads', (position) => {
    const { buffer } = written(eventOf(5), position);
    const event = readEvent(buffer);
    const recorded = event?.getEvent();
    expect(event?.getCommitPosition()).toBe(String(position));
    expect([recorded?.getCommitPosition(), recorded?.getPreparePosition()]).toEqual([
      String(position),
      String(position),
    ]);
    expect(recorded?.getId()?.getString()).toBe('00000000-0000-0000-0000-000000000005');
    expect(recorded?.getStreamRevision()).toBe('7');
    const metadata = recorded?.getMetadataMap();
    expect(metadata?.getLength()).toBe(3);
    expect(metadata?.get('type')).toBe('wallet.funds-deposited.v1');
    expect(metadata?.get('content-type')).toBe('application/json');
    expect(metadata?.get('created')).toBe('17000000001230000');
    expect(Buffer.from(recorded?.getData_asU8() ?? []).toString()).toBe('{"number":5}');
    expect(Buffer.from(recorded?.getCustomMetadata_asU8() ?? []).toString()).toBe('{}');
  });

  it.each([0, 1, 100, 127, 128, 16_400, 1_000_000])(
    'takes %d bytes of any data and metadata within its bound',
    (length) => {
      const content = Buffer.alloc(length, 0xa5);
      const event = eventOf(1, { data: content, metadata: content, isJson: false, type: Buffer.from('тип') });
      const { buffer, end } = written(event, 2 ** 52);
      expect(end - 8).toBeLessThanOrEqual(maximumEventRecordBytes(event));
      const recorded = readEvent(buffer)?.getEvent();
      expect(Buffer.from(recorded?.getData_asU8() ?? []).equals(content)).toBe(true);
      expect(Buffer.from(recorded?.getCustomMetadata_asU8() ?? []).equals(content)).toBe(true);
      expect(recorded?.getMetadataMap().get('content-type')).toBe('application/octet-stream');
      expect(eventTypeAt(buffer, 8)).toBe('тип');
    },
  );

  it('keeps names of any bytes apart', () => {
    const keys = [Buffer.from('café'), Buffer.from([0xff, 0xfe]), Buffer.from([0xff, 0xfd])].map((streamName) => {
      const { buffer } = written(eventOf(1, { streamName }), 64);
      return streamKeyAt(buffer, 8);
    });
    expect(new Set(keys).size).toBe(3);
    expect(keys[0]).toBe(Buffer.from('café').toString('latin1'));
  });

  it('writes the revision of a tombstone exactly', () => {
    const flags = recordFlag.lastOfAppend | recordFlag.tombstone;
    const { buffer } = written(eventOf(1), 64, tombstoneRevision, flags);
    expect(readEvent(buffer)?.getEvent()?.getStreamRevision()).toBe('9223372036854775807');
    expect(revisionAt(buffer, 8)).toBe(tombstoneRevision);
  });

  it('is no record once any byte of it is flipped, or elsewhere, or cut', () => {
    const { buffer, end } = written(eventOf(5), 4096);
    const bodyEnd = 8 + 32 + buffer.readUInt32LE(12);
    for (let at = 8; at < bodyEnd; at += 1) {
      buffer[at] = (buffer[at] ?? 0) ^ 0x10;
      expect(isRecordAt(buffer, 8, end, 4096)).toBe(false);
      buffer[at] = (buffer[at] ?? 0) ^ 0x10;
      expect(isRecordAt(buffer, 8, at, 4096)).toBe(false);
    }
    expect(isRecordAt(buffer, 8, end, 4104)).toBe(false);
    expect(isRecordAt(buffer, 8, end, 4096)).toBe(true);
  });
});
