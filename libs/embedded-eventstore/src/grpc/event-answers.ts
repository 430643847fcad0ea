/** Events as a reader asked for them: almost always the stored bytes, else a message made from them. */
import type { Store } from '../store/store.js';
import { messageAt } from '../storage/record.js';
import type { StoredEvent } from '../store/reading.js';
import type { ReadTarget } from './read-request.js';
import { bytesOf, shared, streams } from './messages.js';

type ReadEvent = InstanceType<typeof streams.ReadResp.ReadEvent>;
type Recorded = InstanceType<typeof streams.ReadResp.ReadEvent.RecordedEvent>;

const linkType = '$>';

/** Turns a stored event into the bytes of a `ReadResp`. */
export type EventAnswer = (event: StoredEvent) => Buffer;

/** How events are answered for a request. */
export const eventAnswer = (store: Store, { structuredIds, resolveLinks }: ReadTarget): EventAnswer => {
  if (!structuredIds && !resolveLinks) return storedBytes;
  return (event) => {
    const bytes = storedBytes(event);
    const readEvent = streams.ReadResp.deserializeBinary(bytes).getEvent();
    const recorded = readEvent?.getEvent();
    if (readEvent === undefined || recorded === undefined) return bytes;
    if (resolveLinks && recorded.getMetadataMap().get('type') === linkType) resolveLink(store, readEvent, recorded);
    if (structuredIds) for (const part of [readEvent.getEvent(), readEvent.getLink()]) part?.setId(structuredId(part));
    const answer = new streams.ReadResp();
    answer.setEvent(readEvent);
    return bytesOf(answer);
  };
};

const storedBytes = ({ buffer, at }: StoredEvent): Buffer => messageAt(buffer, at);

const structuredId = (recorded: Recorded): InstanceType<typeof shared.UUID> => {
  const id = Buffer.from((recorded.getId()?.getString() ?? '').replaceAll('-', ''), 'hex');
  const structured = new shared.UUID.Structured();
  structured.setMostSignificantBits(String(id.readBigInt64BE(0)));
  structured.setLeastSignificantBits(String(id.readBigInt64BE(8)));
  const uuid = new shared.UUID();
  uuid.setStructured(structured);
  return uuid;
};

/** Makes the link's target the event; a link whose target is not there stays a link without an event. */
const resolveLink = (store: Store, readEvent: ReadEvent, link: Recorded): void => {
  readEvent.setLink(link);
  const target = linkTarget(store, Buffer.from(link.getData_asU8()).toString());
  if (target === null) readEvent.clearEvent();
  else readEvent.setEvent(streams.ReadResp.deserializeBinary(storedBytes(target)).getEvent()?.getEvent());
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
  const position = store.index.streams.position(view.stream, revision);
  const { buffer, start } = store.log.record(position);
  return { buffer, at: start };
};
