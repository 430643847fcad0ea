import type { ReadModel } from '#read-models';

import type { CallStreamDocument } from './call-streams.projection.js';

/** The streams of one day (UTC), one for each process that answered on it. */
export interface CallDay {
  readonly date: string;
  readonly streams: readonly string[];
}

/** Streams that are looked at to find the next day; those that began last are of the latest days. */
const looked = 50;
const pageLength = 500;
const millisecondsPerDay = 86_400_000;

/** The days on which calls were recorded, the newest first; both dates are included. */
export async function* callDays(
  model: Pick<ReadModel<CallStreamDocument>, 'find'>,
  first: string,
  last: string,
): AsyncGenerator<CallDay> {
  for (let until = last; until >= first;) {
    const { items } = await model.find({ where: { date: { $gte: first, $lte: until } }, limit: looked });
    const date = items.map((stream) => stream.date).reduce((a, b) => (a > b ? a : b), '');
    if (date === '') return;
    const streams: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await model.find({ where: { date }, limit: pageLength, ...(cursor ? { cursor } : {}) });
      streams.push(...page.items.map(({ id }) => id));
      cursor = page.next;
    }
    yield { date, streams };
    until = new Date(Date.parse(date) - millisecondsPerDay).toISOString().slice(0, 10);
  }
}
