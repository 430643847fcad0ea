import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { AggregateCache, type LoadedAggregate } from './aggregate-cache.js';
import { maximumRecentCommands, RecentCommands } from './recent-commands.js';

/** Wallets in a store behind a cache: what is not in the cache is read from the first command on. */
class Wallets {
  readonly cache: AggregateCache;
  readonly sent = new Map<string, number>();
  read = 0;

  constructor(limits: { readonly aggregates: number; readonly rememberedCommands: number }) {
    this.cache = new AggregateCache(limits);
  }

  send(stream: string, commands = 1): LoadedAggregate {
    const loaded = this.cache.get(stream) ?? this.readAgain(stream);
    const sent = this.sent.get(stream) ?? 0;
    for (let number = sent; number < sent + commands; number += 1) note(loaded, number);
    this.sent.set(stream, sent + commands);
    this.cache.put(stream, loaded);
    return loaded;
  }

  private readAgain(stream: string): LoadedAggregate {
    const loaded = { state: {}, revision: undefined, snapshotRevision: -1n, recent: new RecentCommands() };
    for (let number = 0; number < (this.sent.get(stream) ?? 0); number += 1) note(loaded, number);
    this.read += 1;
    return loaded;
  }
}

const note = (loaded: LoadedAggregate, number: number): void => {
  loaded.revision = BigInt(number);
  loaded.recent.note(`command-${number}`, 'hash', BigInt(number), BigInt(number * 10));
};

/** Whether it remembers its newest commands, and knows up to which it has forgotten them. */
function isConsistent({ revision = -1n, recent }: LoadedAggregate): boolean {
  const forgotten = revision + 1n - BigInt(recent.size);
  const through = forgotten === 0n ? undefined : (forgotten - 1n) * 10n;
  return (
    recent.forgottenThrough === through && (recent.size === 0 || recent.find(`command-${forgotten}`) !== undefined)
  );
}

const limits = { aggregates: 4, rememberedCommands: 40 };
const streams = ['wallet-a', 'wallet-b', 'wallet-c', 'wallet-d', 'wallet-e', 'wallet-f'];
const use = fc.record({
  act: fc.constantFrom('send', 'send', 'look', 'drop'),
  stream: fc.constantFrom(...streams),
  commands: fc.nat({ max: 60 }),
});

describe('the hot aggregates', () => {
  it('stay within their limits, and are those used last', () => {
    fc.assert(
      fc.property(fc.array(use, { maxLength: 80 }), (uses) => {
        const wallets = new Wallets(limits);
        let byUse: string[] = [];
        for (const { act, stream, commands } of uses) {
          const others = byUse.filter((each) => each !== stream);
          if (act === 'send') {
            const sent = wallets.send(stream, commands);
            expect(wallets.cache.get(stream)).toBe(sent);
          }
          if (act === 'drop') wallets.cache.drop(stream);
          const isHot = act !== 'drop' && wallets.cache.get(stream) !== undefined;
          byUse = isHot ? [...others, stream] : others;
        }
        const kept = byUse.map((stream) => wallets.cache.get(stream));
        const hot = kept.slice(kept.findIndex((each) => each !== undefined));
        expect(hot.every((each) => each !== undefined && isConsistent(each))).toBe(true);
        expect(hot.length).toBeLessThanOrEqual(limits.aggregates);
        const remembered = hot.reduce((sum, each) => sum + (each?.recent.size ?? 0), 0);
        expect(remembered).toBeLessThanOrEqual(limits.rememberedCommands);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['in turn', (turn: number) => turn % 50],
    ['some more than others', (turn: number) => (turn % 3 === 0 ? turn % 50 : turn % 7)],
  ])('are each read once, however much they were to remember, where they are used %s', (_, next) => {
    const wallets = new Wallets({ aggregates: 100, rememberedCommands: 1_000 });
    for (let turn = 0; turn < 10_000; turn += 1) wallets.send(`wallet-${next(turn)}`);
    expect(wallets.read).toBe(50);
  });

  it('remember more again when others have gone cold', () => {
    const wallets = new Wallets({ aggregates: 100, rememberedCommands: 1_000 });
    for (let turn = 0; turn < 10_000; turn += 1) wallets.send(`wallet-${turn % 100}`);
    expect(wallets.send('wallet-0').recent.size).toBeLessThan(20);
    for (let turn = 0; turn < 2_000; turn += 1) wallets.send(`wallet-${turn % 2}`);
    expect(wallets.send('wallet-0').recent.size).toBeGreaterThan(300);
    expect(wallets.read).toBe(100);
    wallets.send('wallet-99');
    expect(wallets.read).toBe(101);
  });

  it('are forgotten where the one in use is all that there is room for', () => {
    const wallets = new Wallets({ aggregates: 1, rememberedCommands: 10 });
    wallets.send('wallet-a', 5);
    expect(wallets.send('wallet-b', maximumRecentCommands).recent.size).toBe(10);
    expect(wallets.cache.get('wallet-a')).toBeUndefined();
  });
});
