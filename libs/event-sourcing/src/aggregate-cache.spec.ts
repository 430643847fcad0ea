import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { AggregateCache, type LoadedAggregate } from './aggregate-cache.js';
import { RecentCommands } from './recent-commands.js';

const limits = { aggregates: 4, rememberedCommands: 40 };
const streams = ['wallet-a', 'wallet-b', 'wallet-c', 'wallet-d', 'wallet-e', 'wallet-f'];

const loadedWith = (commands: number): LoadedAggregate => {
  const loaded = { state: {}, revision: undefined, snapshotRevision: -1n, recent: new RecentCommands() };
  send(loaded, commands);
  return loaded;
};

function send(loaded: LoadedAggregate, commands: number): void {
  for (let sent = 0; sent < commands; sent += 1) {
    loaded.revision = (loaded.revision ?? -1n) + 1n;
    loaded.recent.note(`command-${loaded.revision}`, 'hash', loaded.revision, loaded.revision * 10n);
  }
}

/** Whether it remembers its newest commands, and knows up to which it has forgotten them. */
function isConsistent({ revision = -1n, recent }: LoadedAggregate): boolean {
  const forgotten = revision + 1n - BigInt(recent.size);
  const through = forgotten === 0n ? undefined : (forgotten - 1n) * 10n;
  return (
    recent.forgottenThrough === through && (recent.size === 0 || recent.find(`command-${forgotten}`) !== undefined)
  );
}

const use = fc.record({
  act: fc.constantFrom('send', 'send', 'look', 'drop'),
  stream: fc.constantFrom(...streams),
  commands: fc.nat({ max: 30 }),
});

describe('the hot aggregates', () => {
  it('stay within their limits, and of them the most recently used', () => {
    fc.assert(
      fc.property(fc.array(use, { maxLength: 80 }), (uses) => {
        const cache = new AggregateCache(limits);
        let byUse: string[] = [];
        for (const { act, stream, commands } of uses) {
          const known = act === 'drop' ? cache.drop(stream) : cache.get(stream);
          const others = byUse.filter((each) => each !== stream);
          byUse = known || act === 'send' ? [...others, stream] : others;
          if (act !== 'send') continue;
          const loaded = known ?? loadedWith(0);
          send(loaded, commands);
          cache.put(stream, loaded);
          expect(cache.get(stream)).toBe(loaded);
        }
        const kept = byUse.map((stream) => cache.get(stream));
        const [from, newest] = [kept.findIndex((each) => each !== undefined), kept.at(-1)];
        const hot = kept.slice(Math.max(from, 0));
        expect(hot.every((each) => each !== undefined && isConsistent(each))).toBe(true);
        expect(hot.length).toBeLessThanOrEqual(limits.aggregates);
        const remembered = hot.reduce((sum, each) => sum + (each?.recent.size ?? 0), 0);
        expect(remembered).toBeLessThanOrEqual(Math.max(limits.rememberedCommands, newest?.recent.size ?? 0));
      }),
      { numRuns: 300 },
    );
  });

  it('forget commands before they go, where more are in use than all can be remembered of', () => {
    const cache = new AggregateCache({ aggregates: 50, rememberedCommands: 1_000 });
    let read = 0;
    for (let turn = 0; turn < 10_000; turn += 1) {
      const stream = `wallet-${turn % 50}`;
      const known = cache.get(stream);
      if (!known) read += 1;
      const loaded = known ?? loadedWith(0);
      send(loaded, 1);
      cache.put(stream, loaded);
    }
    expect(read).toBeLessThan(200);
  });

  it('keep the one in use, however much it remembers', () => {
    const cache = new AggregateCache(limits);
    const large = loadedWith(limits.rememberedCommands * 2);
    cache.put('wallet-a', large);
    expect(cache.get('wallet-a')?.recent.size).toBe(limits.rememberedCommands * 2);
  });
});
