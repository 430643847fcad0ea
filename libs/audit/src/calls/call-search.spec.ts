import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { ReadStreamOptions } from '#event-sourcing';
import type { Caller, RecordedEvent } from '#kernel';
import type { FindQuery } from '#read-models';

import { logMetadata } from '../log/log-events.js';
import { callStream, type RecordedCall } from './call-events.js';
import type { FoundCall } from './call-lists.js';
import { CallSearch } from './call-search.js';

const regulator: Caller = { kind: 'staff', id: 's1', roles: ['regulator'], hallIds: '*', name: 'Iva' };
const midnight = Date.parse('2026-01-16T00:00:00.000Z');
const iso = (ms: number): string => new Date(ms).toISOString();

const call = (correlationId: string, at: string, route = '/api/v1/halls'): RecordedCall => ({
  at,
  channel: 'rest',
  actor: null,
  hallIds: null,
  from: null,
  sealedFor: null,
  method: 'GET',
  route,
  parameters: {},
  status: 200,
  code: null,
  durationMs: 1,
  correlationId,
  commandId: null,
  position: null,
});

/** What processes recorded, in the order of the store, and a search of it. */
class Records {
  readonly events: RecordedEvent[] = [];
  reads = 0;

  record(node: string, writtenAt: string, ...calls: RecordedCall[]): void {
    const stream = callStream(node, writtenAt.slice(0, 10));
    const revision = BigInt(this.events.filter((event) => event.stream === stream).length);
    const position = BigInt(this.events.length * 10 + 3);
    const metadata = logMetadata(new Date(writtenAt), stream, `${revision}`);
    const data = { node, calls, counts: [] };
    const id = metadata.commandId;
    const type = 'audit.api-calls-recorded.v1';
    this.events.push({ id, type, data, metadata, stream, revision, position, recordedAt: new Date(writtenAt) });
  }

  readonly search = new CallSearch(
    { readStream: (stream, options) => this.backwards(stream, options) },
    { find: (query) => Promise.resolve(this.find(query)) },
  );

  async pages(limit: number, between: (page: number) => void = () => undefined): Promise<FoundCall[]> {
    const found: FoundCall[] = [];
    for (let [cursor, page]: [string | undefined, number] = [undefined, 0]; ; page += 1) {
      const { items, next } = await this.search.page({}, regulator, limit, cursor);
      found.push(...items);
      if (next === null) return found;
      between(page);
      cursor = next;
    }
  }

  async all(query = {}): Promise<string[]> {
    const ids: string[] = [];
    for await (const found of this.search.all(query, regulator)) ids.push(found.call.correlationId);
    return ids;
  }

  private async *backwards(stream: string, { from, maxCount }: ReadStreamOptions): AsyncGenerator<RecordedEvent> {
    this.reads += 1;
    const events = this.events.filter((event) => event.stream === stream && event.revision <= (from ?? 1_000_000n));
    yield* events.slice(-maxCount).reverse();
  }

  /** Streams that began last come first, as the read model gives them. */
  private find({ where = {}, limit = 50, cursor = '0' }: FindQuery) {
    const ids = [...new Set(this.events.map(({ stream }) => stream))].reverse();
    const { date } = where as { date: string | { $gte: string; $lte: string } };
    const [first, last] = typeof date === 'string' ? [date, date] : [date.$gte, date.$lte];
    const streams = ids
      .map((id) => ({ id, date: id.slice(-10), node: id }))
      .filter((each) => each.date >= first && each.date <= last);
    const end = Number(cursor) + limit;
    return { items: streams.slice(Number(cursor), end), next: end < streams.length ? `${end}` : null };
  }
}

const idsOf = (found: readonly FoundCall[]): string[] => found.map((each) => each.call.correlationId);

describe('the calls of two processes', () => {
  it('come as one list by time, over midnight too', async () => {
    const records = new Records();
    for (let number = 0; number < 40; number += 1)
      records.record(
        number % 2 === 0 ? 'one' : 'two',
        iso(midnight - 10_000 + number * 500),
        call(`c${number}`, iso(midnight - 10_010 + number * 500)),
      );
    const expected = Array.from({ length: 40 }, (_, number) => `c${39 - number}`);
    expect(await records.all()).toEqual(expected);
    expect(idsOf(await records.pages(7))).toEqual(expected);
  });

  it('within a second are in the order in which they came, however they were written', async () => {
    const records = new Records();
    const at = (ms: number): string => iso(midnight + ms);
    records.record('one', at(90), call('a', at(10)), call('c', at(30)));
    records.record('two', at(95), call('b', at(20)), call('d', at(40)));
    records.record('one', at(1_005), call('f', at(1_000)), call('e', at(999)));
    records.record('two', at(1_400), call('h', at(1_399)), call('g', at(1_398)));
    records.record('one', at(2_030), call('i', at(1_990)), call('x', at(1_999)));
    records.record('two', at(2_060), call('j', at(2_001)), call('y', at(1_999)));
    const expected = ['j', 'y', 'x', 'i', 'h', 'g', 'f', 'e', 'd', 'c', 'b', 'a'];
    expect(await records.all()).toEqual(expected);
    for (const limit of [1, 2, 5]) expect(idsOf(await records.pages(limit))).toEqual(expected);
  });

  it('are neither missed nor repeated by pages, whatever their clocks say and while more are recorded', async () => {
    const written = fc.record({
      node: fc.constantFrom('one', 'two', 'three'),
      skewMs: fc.integer({ min: -1_500, max: 1_500 }),
      lateMs: fc.array(fc.nat(3_000), { minLength: 1, maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(written, { maxLength: 60 }), fc.integer({ min: 1, max: 9 }), async (writes, limit) => {
        const records = new Records();
        const write = ({ node, skewMs, lateMs }: (typeof writes)[number], number: number): void => {
          const now = midnight - 9_000 + number * 300 + skewMs;
          records.record(node, iso(now), ...lateMs.map((late, index) => call(`${number}.${index}`, iso(now - late))));
        };
        const half = Math.ceil(writes.length / 2);
        writes.slice(0, half).forEach(write);
        const expected = await records.all();
        const paged = await records.pages(limit, (page) => {
          const more = writes[half + page];
          if (more) write(more, half + page);
        });
        const known = new Set(expected);
        expect(new Set(expected).size).toBe(expected.length);
        expect(new Set(idsOf(paged)).size).toBe(paged.length);
        expect(idsOf(paged).filter((id) => known.has(id))).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  it('are in the order in which they arrived, where their clocks agree and none took longer than a second', async () => {
    const lates = fc.array(fc.nat(990), { minLength: 1, maxLength: 4 });
    const written = fc.record({ node: fc.constantFrom('one', 'two'), afterMs: fc.nat(700), lateMs: lates });
    await fc.assert(
      fc.asyncProperty(fc.array(written, { maxLength: 40 }), async (writes) => {
        const records = new Records();
        let now = midnight + 5_000;
        for (const { node, afterMs, lateMs } of writes) {
          now += afterMs;
          records.record(node, iso(now), ...lateMs.map((late) => call(iso(now - late), iso(now - late))));
        }
        const found = await records.all();
        expect(found).toEqual([...found].sort().reverse());
      }),
      { numRuns: 200 },
    );
  });

  it('are found by time without reading all that came since', async () => {
    const records = new Records();
    for (let minute = 0; minute < 1_000; minute += 1)
      records.record('one', iso(midnight + minute * 60_000), call(`m${minute}`, iso(midnight + minute * 60_000 - 5)));
    const [from, to] = [iso(midnight + 100 * 60_000 - 10), iso(midnight + 102 * 60_000)];
    expect(await records.all({ from, to })).toEqual(['m102', 'm101', 'm100']);
    expect(records.reads).toBeLessThan(15);
  });

  it('of which none matches for long are searched on from where a page ended', async () => {
    const records = new Records();
    records.record('one', iso(midnight), call('old', iso(midnight), '/wanted'));
    for (let number = 0; number < 2_100; number += 1)
      records.record('one', iso(midnight + number * 1_000), call(`n${number}`, iso(midnight + number * 1_000)));
    const first = await records.search.page({ route: '/wanted' }, regulator, 10);
    expect(first).toMatchObject({ items: [], next: expect.any(String) });
    const second = await records.search.page({ route: '/wanted' }, regulator, 10, first.next ?? '');
    expect([idsOf(second.items), second.next]).toEqual([['old'], null]);
  });
});

describe('a cursor', () => {
  it.each(['nonsense', Buffer.from('1 2026-01-15 0 0 api-calls-a-2026-01-15').toString('base64url')])(
    '%s is not one that was given',
    async (cursor) => {
      await expect(new Records().search.page({}, regulator, 10, cursor)).rejects.toThrow('not one that this list gave');
    },
  );
});
