import { describe, expect, it } from '@jest/globals';

import { catalogueOf, CommandExecutor } from '#event-sourcing';
import { createSecrets } from '#secrets';

import { accessEvents } from './access.aggregates.js';
import { MemoryEventStore, memorySigningKeys } from './access.test-support.js';
import { KeyRotation } from './key-rotation.js';
import { SigningKeys } from './signing-keys.js';

const periodMs = 30 * 86_400_000;
const secrets = createSecrets(Buffer.alloc(32, 7));

/** Two nodes on the same stores. */
async function harness() {
  const time = { now: Date.parse('2026-03-01T00:00:00Z') };
  const clock = (): Date => new Date(time.now);
  const [keyStore, store] = [memorySigningKeys(), new MemoryEventStore()];
  const node = async (): Promise<{ keys: SigningKeys; rotation: KeyRotation }> => {
    const keys = await SigningKeys.open(keyStore, secrets, clock);
    const executor = new CommandExecutor({ store, catalogue: catalogueOf(accessEvents), clock });
    return { keys, rotation: new KeyRotation(keys, executor, periodMs) };
  };
  const [one, two] = [await node(), await node()];
  return { time, one, two, store, runBoth: () => Promise.all([one.rotation.run(), two.rotation.run()]) };
}

describe('the rotation of signing keys', () => {
  it('adds one key when the time of the one before is over, and writes it down once, whoever looks and how often', async () => {
    const { time, one, two, store, runBoth } = await harness();
    time.now += periodMs - 1;
    await runBoth();
    expect([one.keys.list().length, store.events]).toEqual([1, []]);
    time.now += 1;
    for (let look = 0; look < 3; look += 1) await runBoth();
    await one.keys.refresh();
    expect(one.keys.list().map(({ state }) => state)).toEqual(['signing', 'upcoming']);
    expect(two.keys.list()).toEqual(one.keys.list());
    expect(store.events).toMatchObject([
      {
        type: 'access.signing-key-added.v1',
        data: { kid: one.keys.list()[1]?.kid },
        metadata: { actor: { kind: 'system', id: 'signing-keys' }, reason: expect.any(String) },
      },
    ]);
  });

  it('begins anew with each key, also with one that an administrator added', async () => {
    const { time, one, store } = await harness();
    time.now += periodMs - 1;
    await one.keys.add('es256-by-hand');
    time.now += periodMs - 1;
    await one.rotation.run();
    expect([one.keys.list().length, store.events.length]).toEqual([2, 0]);
  });

  it('writes down the key of a process that died before it did', async () => {
    const { time, one, two, store } = await harness();
    time.now += periodMs;
    const made = await one.keys.renew(periodMs);
    await two.rotation.run();
    expect(store.events).toMatchObject([{ data: { kid: made?.kid } }]);
  });
});
