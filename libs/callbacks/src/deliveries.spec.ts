import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { DeliveryHarness, type Received } from './testing/delivery-harness.test-support.js';

const hour = 3_600_000;
let harness = new DeliveryHarness();
afterEach(() => harness.stop());

async function started(): Promise<DeliveryHarness> {
  harness = new DeliveryHarness();
  harness.register('c1');
  harness.start();
  await harness.time.settle();
  return harness;
}

/** Keeps so many failures, and every success. */
const within = (failures: number): ((fails: boolean) => boolean) => {
  let left = failures;
  return (fails) => !fails || left-- > 0;
};

const labels = (received: readonly Received[]): string[] =>
  received.map(({ stream, revision }) => `${stream}@${revision}`);

describe('deliveries', () => {
  it('take the wanted events of the hall since the registration, each once, under its public id', async () => {
    harness = new DeliveryHarness();
    harness.deposit('early');
    harness.register('c1');
    harness.deposit('p1');
    harness.deposit('p1', 'h2');
    harness.start();
    await harness.time.settle();
    harness.deposit('p2');
    await harness.time.settle();
    expect(harness.received.map(({ id }) => id)).toEqual(['event-30:wallet.deposit', 'event-50:wallet.deposit']);
  });

  it('begin at the position that the registration names', async () => {
    harness = new DeliveryHarness();
    for (const wallet of ['p1', 'p2', 'p3']) harness.deposit(wallet);
    harness.register('c1', ['wallet.deposit'], '10');
    harness.start();
    await harness.time.settle();
    expect(labels(harness.received).sort()).toEqual(['wallet-p2@0', 'wallet-p3@0']);
  });

  it('go to eight streams at once, and to one stream one after another', async () => {
    const { log, time, received } = await started();
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    harness.answer = async () => (await gate, { status: 200 });
    for (let wallet = 0; wallet < 12; wallet += 1) harness.deposit(`p${wallet}`);
    harness.deposit('p0');
    await time.settle();
    expect(labels(received)).toEqual(Array.from({ length: 8 }, (_, wallet) => `wallet-p${wallet}@0`));
    release();
    await time.settle();
    expect(received).toHaveLength(13);
    expect(log.events).toHaveLength(14);
  });

  it('hold back a stream that fails, let the others go on, and follow up in order', async () => {
    const { time, received } = await started();
    let failing = true;
    harness.answer = ({ stream }) => (failing && stream === 'wallet-p1' ? { status: 500 } : { status: 200 });
    for (const wallet of ['p1', 'p1', 'p2']) harness.deposit(wallet);
    await time.settle();
    for (const wallet of ['p1', 'p2']) harness.deposit(wallet);
    await time.advance(4_999);
    expect(labels(received).sort()).toEqual(['wallet-p1@0', 'wallet-p2@0', 'wallet-p2@1']);
    failing = false;
    await time.advance(1);
    harness.deposit('p1');
    await time.advance(0);
    expect(labels(received).filter((label) => label.startsWith('wallet-p1'))).toEqual(
      [0, 0, 1, 2, 3].map((revision) => `wallet-p1@${revision}`),
    );
    expect([...harness.holds.entries]).toEqual([]);
  });

  it('deliver each event of a held stream once, also one that the feed brings later', async () => {
    const { time, received } = await started();
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    let failures = 1;
    harness.answer = async ({ stream }) => {
      if (stream === 'wallet-slow') await gate;
      return { status: stream === 'wallet-p1' && failures-- > 0 ? 500 : 200 };
    };
    harness.deposit('p1');
    await time.settle();
    harness.deposit('slow');
    await time.settle();
    harness.deposit('p1');
    await time.advance(5_000);
    release();
    await time.settle();
    const expected = ['wallet-p1@0', 'wallet-p1@0', 'wallet-p1@1'];
    expect(labels(received).filter((label) => label.startsWith('wallet-p1'))).toEqual(expected);
    expect([...harness.holds.entries]).toEqual([]);
  });

  it('go on with a stream only when its record is gone, so that a new one is never lost', async () => {
    const { time, received, holds } = await started();
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const remove = holds.delete.bind(holds);
    holds.delete = (...given) => gate.then(() => remove(...given));
    harness.answer = ({ at, revision }) => ({ status: revision === 0 && at > 0 ? 200 : 500 });
    harness.deposit('p1');
    await time.advance(5_000);
    harness.deposit('p1');
    await time.settle();
    expect(labels(received)).toEqual(['wallet-p1@0', 'wallet-p1@0']);
    release();
    await time.settle();
    expect(labels(received)).toEqual(['wallet-p1@0', 'wallet-p1@0', 'wallet-p1@1']);
    expect([...holds.entries.values()]).toMatchObject([{ value: { revision: 1n, attempts: 1 } }]);
  });

  it('repeat only the public event that failed, where a stored one becomes two', async () => {
    harness = new DeliveryHarness();
    harness.register('c1', ['wallet.deposit', 'wallet.movement']);
    harness.start();
    let failures = 1;
    harness.answer = ({ type }) => ({ status: type === 'wallet.movement' && failures-- > 0 ? 503 : 200 });
    harness.deposit('p1');
    await harness.time.advance(5_000);
    expect(harness.received.map(({ type }) => type)).toEqual(['wallet.deposit', 'wallet.movement', 'wallet.movement']);
  });

  it('come again by the schedule, over restarts, until the endpoint is suspended after 72 h', async () => {
    const { time, received, suspensions } = await started();
    harness.answer = () => ({ error: 'ECONNREFUSED' });
    harness.deposit('p1');
    for (let restart = 0; restart < 8; restart += 1) {
      await time.advance(10 * hour);
      await harness.stop();
      harness.start();
    }
    const gaps = received.slice(1).map(({ at }, index) => (at - (received[index]?.at ?? 0)) / 1_000);
    expect(gaps.slice(0, 5)).toEqual([5, 300, 1_800, 7_200, 18_000]);
    expect(suspensions).toEqual(['failing']);
    const attempts = received.length;
    harness.deposit('p2');
    await time.advance(100 * hour);
    expect(received).toHaveLength(attempts);
    expect(received.at(-1)?.at).toBeGreaterThanOrEqual(72 * hour);

    harness.answer = () => ({ status: 200 });
    harness.decide('c1', 'resumed');
    await time.advance(0);
    expect(labels(received.slice(attempts)).sort()).toEqual(['wallet-p1@0', 'wallet-p2@0']);
  });

  it('do not suspend an endpoint that takes other streams', async () => {
    const { time, suspensions, received } = await started();
    harness.answer = ({ stream }) => ({ status: stream === 'wallet-p1' ? 302 : 200 });
    harness.deposit('p1');
    for (let day = 0; day < 10; day += 1) {
      harness.deposit('p2');
      await time.advance(24 * hour);
    }
    expect(suspensions).toEqual([]);
    expect(received.filter(({ stream }) => stream === 'wallet-p1').length).toBeGreaterThan(12);
  });

  it('end at once with 410, and are gone for good when the callback is removed', async () => {
    const { time, suspensions, received } = await started();
    harness.answer = () => ({ status: 410 });
    harness.deposit('p1');
    await time.advance(24 * hour);
    expect(suspensions).toEqual(['gone']);
    expect(received).toHaveLength(1);
    harness.decide('c1', 'removed');
    await time.settle();
    expect([...harness.endpoints.entries, ...harness.holds.entries, ...harness.deliveries.entries]).toEqual([]);
  });

  it('never skip an event that cannot be read: its stream is held back', async () => {
    const { log, time, received, suspensions } = await started();
    log.write('wallet-p1', 'wallet.funds-deposited.v1', { amount: 'much' });
    harness.deposit('p1');
    harness.deposit('p2');
    await time.advance(200 * hour);
    expect(labels(received)).toEqual(['wallet-p2@0']);
    expect(suspensions).toEqual([]);
    const attempts = [...harness.deliveries.entries.values()].map(({ value }) => value);
    expect(attempts.filter(({ error }) => error !== null).length).toBeGreaterThan(9);
  });

  it('follow up a long held stream in order, after a restart', async () => {
    const { time, received } = await started();
    let failures = 1;
    harness.answer = () => ({ status: failures-- > 0 ? 500 : 200 });
    for (let count = 0; count < 250; count += 1) harness.deposit('p1');
    await time.settle();
    await harness.stop();
    harness.start();
    await time.advance(5_000);
    expect(received.slice(1).map(({ revision }) => revision)).toEqual(Array.from({ length: 250 }, (_, index) => index));
  });

  it('survive a crash at any moment: in order, nothing skipped, repeats under the same id only', async () => {
    const scenario = fc.record({
      /** Wallets, in the order of their deposits. */
      deposits: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 60 }),
      /** At most seven of them fail: nine in a row suspend the endpoint. */
      failures: fc.array(fc.boolean(), { maxLength: 60 }).map((all) => all.filter(within(7))),
      /** Steps (writes and answers) between two deposits that come in the middle of the work. */
      arrivals: fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 40 }),
      /** Turns that the receiver takes. */
      latencies: fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 40 }),
      /** Steps between two crashes. */
      crashes: fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(scenario, async ({ deposits, failures, arrivals, latencies, crashes }) => {
        const run = new DeliveryHarness();
        run.register('c1');
        run.start();
        const delivered = new Map<string, number>();
        let broken = '';
        let crashed = false;
        const left = [...deposits];
        const deposit = (): void => {
          const wallet = left.shift();
          if (wallet !== undefined) run.deposit(`p${wallet}`);
        };
        const every = (steps: number[], act: () => void): (() => void) => {
          let count = 0;
          return () => {
            count += 1;
            if (count !== steps[0]) return;
            steps.shift();
            count = 0;
            act();
          };
        };
        const arrive = every([...arrivals], deposit);
        const crash = every([...crashes], () => {
          crashed = true;
          run.crash();
          run.start();
        });
        const step = (): void => {
          arrive();
          crash();
        };
        const [outcomes, waits] = [[...failures], [...latencies]];
        run.beforeWrite = step;
        run.answer = async ({ stream, revision }) => {
          const next = delivered.get(stream) ?? 0;
          if (revision > next) broken = `${stream}@${revision} came before ${next}`;
          if (revision < next && !crashed) broken = `${stream}@${revision} was repeated without a crash`;
          const fails = outcomes.shift() ?? false;
          if (!fails && revision === next) delivered.set(stream, next + 1);
          for (let turns = waits.shift() ?? 0; turns > 0; turns -= 1) await Promise.resolve();
          step();
          return { status: fails ? 500 : 200 };
        };
        while (left.length > 0) {
          deposit();
          await run.time.advance(2_000);
        }
        await run.time.advance(60 * hour);
        await run.stop();
        expect(broken).toBe('');
        expect(run.faults).toEqual([]);
        for (const wallet of new Set(deposits)) {
          expect(delivered.get(`wallet-p${wallet}`)).toBe(deposits.filter((other) => other === wallet).length);
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe('the log of deliveries', () => {
  it('tells each attempt, newest first', async () => {
    const { time } = await started();
    harness.answer = ({ at }) => (at === 0 ? { error: 'ECONNREFUSED' } : { status: 200 });
    harness.deposit('p1');
    await time.advance(5_000);
    const ids = [...harness.deliveries.entries.keys()].sort();
    expect(ids.map((id) => harness.deliveries.entries.get(id)?.value)).toMatchObject([
      { eventId: 'event-20:wallet.deposit', attempt: 2, delivered: true, status: 200, nextAttemptAt: null },
      { attempt: 1, delivered: false, status: null, error: 'ECONNREFUSED', nextAttemptAt: '2026-11-23T12:00:05.000Z' },
    ]);
  });
});
