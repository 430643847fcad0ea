import type { EventStore } from '#event-sourcing';
import { DomainError, type RecordedEvent } from '#kernel';

import { storePages } from '../log/store-pages.js';
import type { EvidenceRequest } from './subjects.js';

/** Events of one pack: more are asked for in several, by shorter periods. */
export const maximumPackEvents = 20_000;
const pageLength = 1_000;
/** Days over which a machine's feeds are looked for. */
const maximumDays = 3_700;
const millisecondsPerDay = 86_400_000;

export interface SubjectEvents {
  readonly events: readonly RecordedEvent[];
  /** Streams that were read from their beginning to their end, or without a gap. */
  readonly streams: readonly string[];
}

/**
 * The events that a request is about, in the order of the history.
 * @param after where a hall's period begins in the history
 * @throws {DomainError} `evidence_too_large`
 */
export async function subjectEvents(
  store: EventStore,
  request: EvidenceRequest,
  today: string,
  after?: bigint,
): Promise<SubjectEvents> {
  const isWanted = wanted(request);
  const events: RecordedEvent[] = [];
  const take = (event: RecordedEvent): void => {
    if (!isWanted(event)) return;
    if (events.length === maximumPackEvents) throw tooLarge();
    events.push(event);
  };
  if (request.kind === 'hall') {
    for await (const page of storePages(store, after)) page.forEach(take);
    return { events, streams: [] };
  }
  const streams = await streamsOf(store, request, today);
  for (const stream of streams) for await (const event of wholeStream(store, stream)) take(event);
  return { events: events.sort((a, b) => (a.position < b.position ? -1 : 1)), streams };
}

/** A feed is of one day; other streams are cut to the period event by event. */
function wanted({ kind, id, from, to }: EvidenceRequest): (event: RecordedEvent) => boolean {
  return ({ metadata: { hallId, gamingDate } }) => {
    if (kind === 'hall' && hallId !== id) return false;
    if (gamingDate === null) return kind !== 'hall';
    return (from === undefined || gamingDate >= from) && (to === undefined || gamingDate <= to);
  };
}

async function streamsOf(store: EventStore, { kind, id, from, to }: EvidenceRequest, today: string): Promise<string[]> {
  if (kind === 'player') return [`player-${id}`, `wallet-${id}`];
  if (kind === 'wallet') return [`wallet-${id}`];
  const own = `machine-${id}`;
  const registered = await firstDate(store, own);
  const first = registered !== undefined && (from === undefined || registered > from) ? registered : from;
  return [own, ...daysBetween(first ?? today, to ?? dayAfter(today)).map((date) => `feed-${id}-${date}`)];
}

async function firstDate(store: EventStore, stream: string): Promise<string | undefined> {
  for await (const { metadata } of store.readStream(stream, { from: 0n, maxCount: 1 }))
    return metadata.gamingDate ?? undefined;
  return undefined;
}

async function* wholeStream(store: EventStore, stream: string): AsyncIterable<RecordedEvent> {
  let from = 0n;
  for (let read = pageLength; read === pageLength;) {
    read = 0;
    for await (const event of store.readStream(stream, { from, maxCount: pageLength })) {
      read += 1;
      from = event.revision + 1n;
      yield event;
    }
  }
}

function daysBetween(first: string, last: string): string[] {
  const days: string[] = [];
  for (let day = first; day <= last && days.length < maximumDays; day = dayAfter(day)) days.push(day);
  return days;
}

const dayAfter = (date: string): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + millisecondsPerDay).toISOString().slice(0, 10);

const tooLarge = (): DomainError =>
  new DomainError('evidence_too_large', `A pack has at most ${maximumPackEvents} events. Ask for a shorter period.`, {
    pointer: '/from',
  });
