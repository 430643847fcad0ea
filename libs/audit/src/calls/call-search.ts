import type { EventStore } from '#event-sourcing';
import { type Caller, mayUseHall, type RecordedEvent } from '#kernel';
import type { ReadModel } from '#read-models';

import { type CallMark, comesAfter, readCursor, writeCursor } from './call-cursor.js';
import { callDays } from './call-days.js';
import type { CallCount, RecordedCall } from './call-events.js';
import { type CallList, callLists, type FoundCall, writtenAt } from './call-lists.js';
import type { CallStreamDocument } from './call-streams.projection.js';
import { mergedBackwards } from './merged-streams.js';

export interface CallQuery {
  /** An actor's id, of a client or a member of staff. */
  readonly actor?: string | undefined;
  readonly client?: string | undefined;
  /** The whole pattern, or its beginning. */
  readonly route?: string | undefined;
  /** `served`, `refused`, a status such as `409`, or a problem's code. */
  readonly result?: string | undefined;
  readonly correlationId?: string | undefined;
  /** Instants, both included. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export interface CallPage {
  readonly items: readonly FoundCall[];
  /** Counts that stand in the events that were read. */
  readonly counts: readonly CallCount[];
  /** null where nothing older is left. There may be more even where a page has few: a search reads so much at a time. */
  readonly next: string | null;
}

/** Events that are read for one page; each may hold 500 calls. */
const maximumEvents = 2_000;
/** Calls are found on the day that they were recorded: one that came before midnight may be in the next. */
const marginMs = 86_400_000;
/** How much later than it arrived a call is looked for, and by how much clocks of processes differ, at most. */
const latestMs = 300_000;

/**
 * Searches recorded calls, the newest first. The streams of a day (one for each process) are read as one, in the order in
 * which the store took them, and the calls of each second are put in the order in which they arrived. There is no index
 * of single calls, which would cost more than recording them.
 */
export class CallSearch {
  constructor(
    private readonly store: Pick<EventStore, 'readStream'>,
    private readonly streams: Pick<ReadModel<CallStreamDocument>, 'find'>,
  ) {}

  /** @throws {DomainError} `cursor_invalid` */
  async page(query: CallQuery, caller: Caller, limit: number, cursor?: string): Promise<CallPage> {
    const start = cursor === undefined ? undefined : readCursor(cursor);
    const items: FoundCall[] = [];
    const counts: CallCount[] = [];
    let [given, read] = [start?.given, 0];
    for await (const list of this.lists(query, start?.mark)) {
      if (!given) counts.push(...list.counts);
      for (const found of list.calls) {
        if ((given && !comesAfter(found.place, given)) || !isFor(found, query, caller)) continue;
        items.push(found);
        if (items.length === limit)
          return { items, counts, next: writeCursor({ mark: list.mark, given: found.place }) };
      }
      given = undefined;
      read += list.events;
      if (read >= maximumEvents) return { items, counts, next: writeCursor({ mark: list.next, given }) };
    }
    return { items, counts, next: null };
  }

  /** Everything that matches. */
  async *all(query: CallQuery, caller: Caller): AsyncGenerator<FoundCall> {
    for await (const { calls } of this.lists(query)) yield* calls.filter((found) => isFor(found, query, caller));
  }

  private async *lists({ from, to }: CallQuery, start?: CallMark): AsyncGenerator<CallList> {
    const until = to === undefined ? Infinity : Date.parse(to) + latestMs;
    const since = from === undefined ? -Infinity : Date.parse(from) - latestMs;
    for await (const { date, streams } of callDays(this.streams, ...datesOf({ from, to }, start))) {
      const mark = date === start?.date ? start : undefined;
      const isWithin = (event: RecordedEvent): boolean =>
        (mark === undefined || event.position <= mark.position) && writtenAt(event) <= until;
      const events = mergedBackwards(this.store, streams, isWithin);
      yield* callLists(date, writtenSince(events, since), mark?.isPassed === true);
    }
  }
}

async function* writtenSince(events: AsyncIterable<RecordedEvent>, since: number): AsyncGenerator<RecordedEvent> {
  for await (const event of events) {
    if (writtenAt(event) < since) return;
    yield event;
  }
}

/** First and last day on which what is asked for may be recorded. */
function datesOf({ from, to }: Pick<CallQuery, 'from' | 'to'>, start: CallMark | undefined): [string, string] {
  const last = to === undefined ? '9999-12-31' : new Date(Date.parse(to) + marginMs).toISOString().slice(0, 10);
  return [from?.slice(0, 10) ?? '0000-00-00', start && start.date < last ? start.date : last];
}

const isFor = ({ call }: FoundCall, query: CallQuery, caller: Caller): boolean =>
  matches(query, call) && maySee(caller, call);

function matches(query: CallQuery, call: RecordedCall): boolean {
  const { actor, client, route, result, correlationId, from, to } = query;
  if (actor !== undefined && call.actor?.id !== actor) return false;
  if (client !== undefined && (call.actor?.id !== client || call.actor.kind === 'staff')) return false;
  if (route !== undefined && call.route?.startsWith(route) !== true) return false;
  if (correlationId !== undefined && call.correlationId !== correlationId) return false;
  if (from !== undefined && call.at < from) return false;
  if (to !== undefined && call.at > to) return false;
  return result === undefined || hasResult(call, result);
}

function hasResult({ status, code }: RecordedCall, result: string): boolean {
  if (result === 'served') return status < 400;
  if (result === 'refused') return status >= 400;
  return result === code || result === status.toString();
}

/** Calls of nobody, of callers of all halls, and of those who share a hall with the reader. */
const maySee = (caller: Caller, { hallIds }: RecordedCall): boolean =>
  hallIds === null || hallIds === '*' || hallIds.some((hallId) => mayUseHall(caller, hallId)) || hallIds.length === 0;
