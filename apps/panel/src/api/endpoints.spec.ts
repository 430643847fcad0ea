import { describe, expect, it } from '@jest/globals';

import type { Answer, ApiClient } from './client.js';
import { listMachines, maxListPages, readHistory, requestPlayLock } from './endpoints.js';
import { makeIdempotencyKey } from './idempotency-key.js';

/** An API that answers pages by path, and remembers what was asked. */
function fakeApi(answer: (path: string) => Omit<Answer<object>, 'status'>) {
  const asked: string[] = [];
  const sent: { path: string; body: object; key: string }[] = [];
  const api: ApiClient = {
    get: async <Body>(path: string) => {
      asked.push(path);
      return { status: 200, ...answer(path) } as Answer<Body>;
    },
    post: async <Body>(path: string, body: object, key: string) => {
      sent.push({ path, body, key });
      return { status: 202, ...answer(path) } as Answer<Body>;
    },
  };
  return { api, asked, sent };
}

describe('reading lists', () => {
  it('follows the cursors, and names the oldest position of the pages', async () => {
    const { api, asked } = fakeApi((path) =>
      path.includes('cursor=')
        ? { body: { items: ['b'], next: null }, position: 12n }
        : { body: { items: ['a'], next: 'p/2' }, position: 9n },
    );
    expect(await listMachines(api, 'h 1')).toEqual({ items: ['a', 'b'], position: 9n });
    expect(asked[1]).toBe('/api/v1/machines?hallId=h%201&limit=500&cursor=p%2F2');
  });

  it('stops at its maximum of pages', async () => {
    const { api, asked } = fakeApi(() => ({ body: { items: [], next: 'again' }, position: 1n }));
    await listMachines(api, 'h');
    expect(asked).toHaveLength(maxListPages);
  });

  it('asks the history from a cursor', async () => {
    const { api, asked } = fakeApi(() => ({ body: { items: [], next: null }, position: 1n }));
    await readHistory(api, 'm', 'c=');
    expect(asked).toEqual(['/api/v1/machines/m/history?limit=50&cursor=c%3D']);
  });
});

describe('asking for a lock', () => {
  it('leaves an empty reason out', async () => {
    const { api, sent } = fakeApi(() => ({ body: { commandId: 'c' }, position: 3n }));
    await requestPlayLock(api, 'm', 'lock', '', 'k');
    await requestPlayLock(api, 'm', 'unlock', 'Cleaned', 'k2');
    expect(sent).toEqual([
      { path: '/api/v1/machines/m/lock', body: {}, key: 'k' },
      { path: '/api/v1/machines/m/unlock', body: { reason: 'Cleaned' }, key: 'k2' },
    ]);
  });

  it('makes another key for every intent', () => {
    expect(makeIdempotencyKey()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(makeIdempotencyKey()).not.toBe(makeIdempotencyKey());
  });
});
