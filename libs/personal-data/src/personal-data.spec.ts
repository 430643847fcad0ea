import { randomBytes } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import { createSecrets, SecretUnreadable } from '#secrets';

import { personalData, type PersonKeyStore, type WrappedKey } from './personal-data.js';

class Keys implements PersonKeyStore {
  readonly stored = new Map<string, WrappedKey>();
  insertIfAbsent(personId: string, key: WrappedKey): Promise<WrappedKey> {
    const there = this.stored.get(personId) ?? key;
    this.stored.set(personId, there);
    return Promise.resolve(there);
  }
  get(personId: string): Promise<WrappedKey | undefined> {
    return Promise.resolve(this.stored.get(personId));
  }
  put(personId: string, key: WrappedKey): Promise<void> {
    this.stored.set(personId, key);
    return Promise.resolve();
  }
}

const secrets = createSecrets(Buffer.alloc(32, 7));
const setup = (keys = new Keys()) => {
  let now = 0;
  const process = () =>
    personalData(
      keys,
      secrets,
      () => randomBytes(32),
      () => now,
    );
  return { keys, process, sut: process(), later: (milliseconds: number) => (now += milliseconds) };
};

describe('personal data', () => {
  it('is read again by every process that has the keys', async () => {
    const { sut, process } = setup();
    const sealed = await sut.encrypt('person-1', 'name', 'Elena Петрова');
    expect(sealed).not.toContain('Elena');
    expect(await sut.decrypt('person-1', 'name', sealed)).toBe('Elena Петрова');
    expect(await process().decrypt('person-1', 'name', sealed)).toBe('Elena Петрова');
  });

  it('has a key per person, durable before it is used', async () => {
    const { sut, keys } = setup();
    await Promise.all([
      sut.encrypt('person-1', 'name', 'A'),
      sut.encrypt('person-1', 'name', 'B'),
      sut.encrypt('person-2', 'name', 'C'),
    ]);
    expect(keys.stored.size).toBe(2);
  });

  it('cannot be moved to another person or another field', async () => {
    const { sut } = setup();
    const sealed = await sut.encrypt('person-1', 'name', 'Elena');
    await sut.encrypt('person-2', 'name', 'Georgi');
    await expect(sut.decrypt('person-2', 'name', sealed)).rejects.toThrow(SecretUnreadable);
    await expect(sut.decrypt('person-1', 'address', sealed)).rejects.toThrow(SecretUnreadable);
  });

  it('is gone with its key: here at once, in another process soon', async () => {
    const { sut, process, later } = setup();
    const elsewhere = process();
    const sealed = await sut.encrypt('person-1', 'name', 'Elena');
    expect(await elsewhere.decrypt('person-1', 'name', sealed)).toBe('Elena');
    await sut.erase('person-1');
    expect(await sut.decrypt('person-1', 'name', sealed)).toBeNull();
    later(60_001);
    expect(await elsewhere.decrypt('person-1', 'name', sealed)).toBeNull();
  });

  it('of an erased person is never sealed anew', async () => {
    const { sut } = setup();
    await sut.erase('person-1');
    const refused = { name: 'DomainError', code: 'person_erased', kind: 'conflict' };
    await expect(sut.encrypt('person-1', 'name', 'Elena')).rejects.toMatchObject(refused);
  });

  it('is gone at once also where somebody is just reading it', async () => {
    const keys = new Keys();
    const { sut, process } = setup(keys);
    const sealed = await process().encrypt('person-1', 'name', 'Elena');
    let arrive = (): void => undefined;
    const onTheWay = new Promise<void>((resolve) => (arrive = resolve));
    const get = keys.get.bind(keys);
    keys.get = async (personId) => {
      const found = await get(personId);
      await onTheWay;
      return found;
    };
    const reading = sut.decrypt('person-1', 'name', sealed);
    await sut.erase('person-1');
    arrive();
    await reading;
    expect(await sut.decrypt('person-1', 'name', sealed)).toBeNull();
  });
});
