import type { RecordedEvent } from '#kernel';

import { type CallMark, type CallPlace, comesAfter } from './call-cursor.js';
import { apiCallsRecorded, type CallCount, type RecordedCall } from './call-events.js';

/** A call with where it is recorded. */
export interface FoundCall {
  readonly call: RecordedCall;
  readonly stream: string;
  readonly revision: bigint;
}

/** Calls of about a second, the one that arrived last first. */
export interface CallList {
  /** Where reading must begin to make this list again, and the next one. */
  readonly mark: CallMark;
  readonly next: CallMark;
  readonly calls: readonly (FoundCall & { readonly place: CallPlace })[];
  readonly counts: readonly CallCount[];
  /** Events that were read for it. */
  readonly events: number;
}

const secondMs = 1_000;

/** When an event was written, by its writer's clock; milliseconds since 1970. */
export const writtenAt = ({ metadata }: RecordedEvent): number => Date.parse(metadata.occurredAt);
const secondOf = (event: RecordedEvent): number => Math.floor(writtenAt(event) / secondMs);

/**
 * The calls of a day in lists. Events that follow each other and were written in one second make a list; a call that
 * arrived before that second belongs to the list that follows, with those that arrived when it did. So the whole is in
 * the order of arrival, but for calls that took longer than a second.
 * @param events of a day, the last stored first
 * @param isPassed whether only the late ones of the first second are left
 */
export async function* callLists(
  date: string,
  events: AsyncIterable<RecordedEvent>,
  isPassed: boolean,
): AsyncGenerator<CallList> {
  let late: Second | undefined;
  let isFirst = true;
  for await (const second of seconds(events)) {
    const mark = late ? { date, position: late.newest, isPassed: true } : { date, position: second.newest, isPassed };
    const next = { date, position: second.newest, isPassed: true };
    const calls = [...(late?.late ?? []), ...second.onTime].sort((a, b) => (comesAfter(a.place, b.place) ? 1 : -1));
    if (!isFirst || !isPassed) yield { mark, next, calls, counts: second.counts, events: second.events };
    isFirst = false;
    late = second;
  }
  if (!late) return;
  const mark = { date, position: late.newest, isPassed: true };
  const next = { date, position: late.oldest - 1n, isPassed: false };
  yield { mark, next, calls: late.late, counts: [], events: 0 };
}

interface Second {
  /** Positions of its events. */
  readonly newest: bigint;
  readonly oldest: bigint;
  readonly onTime: CallList['calls'];
  readonly late: CallList['calls'];
  readonly counts: readonly CallCount[];
  readonly events: number;
}

async function* seconds(events: AsyncIterable<RecordedEvent>): AsyncGenerator<Second> {
  let run: RecordedEvent[] = [];
  for await (const event of events) {
    const [first] = run;
    if (first && secondOf(first) !== secondOf(event)) {
      yield secondFrom(first, run);
      run = [];
    }
    run.push(event);
  }
  if (run[0]) yield secondFrom(run[0], run);
}

function secondFrom(first: RecordedEvent, run: readonly RecordedEvent[]): Second {
  const began = new Date(secondOf(first) * secondMs).toISOString();
  const contents = run.map((event) => ({ event, ...apiCallsRecorded.schema.parse(event.data) }));
  const calls = contents
    .flatMap(({ event: { stream, revision, position }, calls: recorded }) =>
      recorded.map((call, index) => ({ call, stream, revision, place: { at: call.at, position, index } })),
    )
    .sort((a, b) => (comesAfter(a.place, b.place) ? 1 : -1));
  return {
    newest: first.position,
    oldest: run.at(-1)?.position ?? first.position,
    onTime: calls.filter(({ call }) => call.at >= began),
    late: calls.filter(({ call }) => call.at < began),
    counts: contents.flatMap(({ counts }) => counts),
    events: run.length,
  };
}
