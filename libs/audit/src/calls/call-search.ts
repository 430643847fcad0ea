import type { EventStore } from '#event-sourcing';
import { type Caller, DomainError, mayUseHall } from '#kernel';
import type { ReadModels } from '#read-models';

import { apiCallsRecorded, type CallCount, type RecordedCall } from './call-events.js';
import { callStreams } from './call-streams.projection.js';

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

/** A call with where it is recorded. */
export interface FoundCall {
  readonly call: RecordedCall;
  readonly stream: string;
  readonly revision: bigint;
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
const eventsAtOnce = 200;
const maximumStreams = 500;
/** Calls are found on the day that their answer was recorded: one that came before midnight may be in the next. */
const marginMs = 86_400_000;

interface Place {
  readonly date: string;
  readonly stream: string;
  /** Where to go on: the event, and how many of its calls (from the last) were given. */
  readonly revision: bigint;
  readonly given: number;
}

/**
 * Searches recorded calls, newest first: stream by stream (a process's day each), the newest day first. The streams are
 * read as they are: there is no index of single calls, which would cost more than recording them.
 */
export class CallSearch {
  constructor(
    private readonly store: Pick<EventStore, 'readStream'>,
    private readonly readModels: Pick<ReadModels, 'of'>,
  ) {}

  /** @throws {DomainError} `cursor_invalid` */
  async page(query: CallQuery, caller: Caller, limit: number, cursor?: string): Promise<CallPage> {
    const start = cursor === undefined ? undefined : parseCursor(cursor);
    const items: FoundCall[] = [];
    const counts: CallCount[] = [];
    let events = 0;
    for (const { id: stream, date } of await this.streams(query, start)) {
      const from = start?.stream === stream ? start : undefined;
      for await (const event of this.backwards(stream, from?.revision)) {
        const { calls, counts: counted } = apiCallsRecorded.schema.parse(event.data);
        const given = from?.revision === event.revision ? from.given : 0;
        if (given === 0) counts.push(...counted);
        for (const [at, call] of [...calls].reverse().entries()) {
          if (at < given || !matches(query, call) || !maySee(caller, call)) continue;
          items.push({ call, stream, revision: event.revision });
          if (items.length === limit)
            return { items, counts, next: cursorOf({ date, stream, revision: event.revision, given: at + 1 }) };
        }
        events += 1;
        if (events >= maximumEvents && event.revision > 0n)
          return { items, counts, next: cursorOf({ date, stream, revision: event.revision - 1n, given: 0 }) };
      }
    }
    return { items, counts, next: null };
  }

  /** Everything that matches, page by page. */
  async *all(query: CallQuery, caller: Caller): AsyncGenerator<FoundCall> {
    let cursor: string | undefined;
    do {
      const page = await this.page(query, caller, eventsAtOnce, cursor);
      yield* page.items;
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
  }

  /** The newest day first, and of a day the stream that was written last; from where the cursor stands. */
  private async streams(query: CallQuery, start: Place | undefined): Promise<{ id: string; date: string }[]> {
    const first = query.from?.slice(0, 10) ?? '0000-00-00';
    const last =
      query.to === undefined ? '9999-12-31' : new Date(Date.parse(query.to) + marginMs).toISOString().slice(0, 10);
    const where = { date: { $gte: first, $lte: start && start.date < last ? start.date : last } };
    const { items } = await this.readModels.of(callStreams).find({ where, limit: maximumStreams });
    const sorted = items.sort((a, b) => (`${a.date} ${a.lastAt} ${a.id}` < `${b.date} ${b.lastAt} ${b.id}` ? 1 : -1));
    const at = start ? sorted.findIndex(({ id }) => id === start.stream) : 0;
    if (at < 0) throw cursorInvalid();
    return sorted.slice(at);
  }

  private async *backwards(stream: string, from: bigint | undefined) {
    let next = from;
    for (let read = eventsAtOnce; read === eventsAtOnce;) {
      read = 0;
      const options = { direction: 'backwards' as const, maxCount: eventsAtOnce };
      for await (const event of this.store.readStream(
        stream,
        next === undefined ? options : { ...options, from: next },
      )) {
        read += 1;
        next = event.revision - 1n;
        yield event;
      }
      if (next !== undefined && next < 0n) return;
    }
  }
}

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

const cursorOf = ({ date, stream, revision, given }: Place): string =>
  Buffer.from(`1 ${date} ${revision} ${given} ${stream}`).toString('base64url');

function parseCursor(cursor: string): Place {
  const text = Buffer.from(cursor, 'base64url').toString();
  const [, date = '', revision, given, stream = ''] =
    /^1 (\d{4}-\d{2}-\d{2}) (\d{1,19}) (\d{1,4}) (api-calls-\S{1,200})$/.exec(text) ?? [];
  if (revision === undefined) throw cursorInvalid();
  return { date, stream, revision: BigInt(revision), given: Number(given) };
}

const cursorInvalid = (): DomainError =>
  new DomainError('cursor_invalid', 'The cursor is not one that this list gave.', { pointer: '/cursor' });
