/** Events as a reader asked for them: almost always the stored bytes, else a message made from them. */
import { frameHeaderBytes, framed, writeFrameHeader } from '../rpc/frames.js';
import type { Store } from '../store/store.js';
import {
  eventIdAt,
  eventTypeAt,
  messageBytesAt,
  messageEndAt,
  messageStartAt,
  positionAt,
  type StoredEvent,
} from '../storage/record.js';
import { carved } from '../storage/small-reads.js';
import { dataIn, recordedEventIn, withStructuredId } from '../storage/event-message.js';
import { messageField, numberField, type Field } from '../wire/message.js';
import { messageAt } from '../storage/record.js';
import type { ReadTarget } from './read-request.js';

const linkType = '$>';

/** Turns stored events into the frames of their `ReadResp`s. */
export type EventAnswers = (events: readonly StoredEvent[]) => Buffer;

/** How the events of a page are answered. */
export const eventAnswers = (store: Store, target: ReadTarget): EventAnswers => answersBy(storedFrames, store, target);

/** The same for a subscription: several of them are given the same lists. */
export const subscriptionAnswers = (store: Store, target: ReadTarget): EventAnswers =>
  answersBy(sharedFrames, store, target);

const answersBy = (stored: EventAnswers, store: Store, { structuredIds, resolveLinks }: ReadTarget): EventAnswers => {
  if (!structuredIds && !resolveLinks) return stored;
  return (events) => Buffer.concat(events.map((event) => madeFrame(store, event, structuredIds, resolveLinks)));
};

const remembered = new WeakMap<readonly StoredEvent[], Buffer>();

/** Readers that are given the same list share the frames. */
const sharedFrames: EventAnswers = (events) => {
  const known = remembered.get(events);
  if (known !== undefined) return known;
  const frames = storedFrames(events);
  remembered.set(events, frames);
  return frames;
};

/** The stored bytes of events, each in its frame. */
const storedFrames: EventAnswers = (events) => {
  let bytes = 0;
  for (const { buffer, at } of events) bytes += frameHeaderBytes + messageBytesAt(buffer, at);
  const frames = carved(bytes);
  let next = 0;
  for (const { buffer, at } of events) {
    next = writeFrameHeader(frames, next, messageBytesAt(buffer, at));
    next += buffer.copy(frames, next, messageStartAt(at), messageEndAt(buffer, at));
  }
  return frames;
};

const madeFrame = (store: Store, event: StoredEvent, structuredIds: boolean, resolveLinks: boolean): Buffer => {
  const recorded = (stored: StoredEvent, field: number): Field => recordedField(stored, field, structuredIds);
  const position = numberField(3, positionAt(event.buffer, event.at));
  if (!resolveLinks || eventTypeAt(event.buffer, event.at) !== linkType) {
    return framed(messageField(1, recorded(event, 1), position));
  }
  const target = linkTarget(store, dataIn(messageAt(event.buffer, event.at)).toString());
  const fields = target === null ? [recorded(event, 2)] : [recorded(target, 1), recorded(event, 2)];
  return framed(messageField(1, ...fields, position));
};

/** A `RecordedEvent`, as the event (field 1) or as the link to it (field 2). */
const recordedField = ({ buffer, at }: StoredEvent, field: number, structuredIds: boolean): Field => {
  const recorded = recordedEventIn(messageAt(buffer, at));
  return messageField(field, structuredIds ? withStructuredId(recorded, eventIdAt(buffer, at)) : recorded);
};

/** The event a link's data, `revision@stream`, points to; revision -1 is the stream's last. */
const linkTarget = (store: Store, data: string): StoredEvent | null => {
  const match = /^(-?\d+)@(.+)$/s.exec(data);
  if (match === null) return null;
  const streamKey = Buffer.from(match[2] ?? '').toString('latin1');
  const view = store.views.view(streamKey);
  if (view.kind !== 'events') return null;
  const revision = match[1] === '-1' ? view.last : Number(match[1]);
  if (revision < view.first || revision > view.last) return null;
  const position = store.index.streams.position(streamKey, revision);
  const { buffer, start } = store.reader.record(position);
  return { buffer, at: start };
};
