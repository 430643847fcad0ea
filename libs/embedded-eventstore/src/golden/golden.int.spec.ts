import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { verifyDirectory } from '../storage/verify.js';
import { appendTo, openStore, temporaryDirectory } from '../testing.test-support.js';
import { everythingIn } from './everything.test-support.js';

const golden = resolve('libs/embedded-eventstore/src/golden');
let directory: { path: string; remove: () => Promise<void> };
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => directory.remove());

/** Data directories that were written once, by the first engine that had the format. They are never written again. */
describe.each([
  ['as it was written', 'format-1'],
  ['whose space was given back', 'format-2'],
])('a log %s', (_, format) => {
  it('is opened, has everything that it had, and goes on', async () => {
    for (const name of readdirSync(join(golden, format))) {
      const bytes = gunzipSync(readFileSync(join(golden, format, name)));
      writeFileSync(join(directory.path, name.replace(/\.gz$/, '')), bytes);
    }
    const expected: unknown = JSON.parse(readFileSync(join(golden, `${format}.json`), 'utf8'));
    verifyDirectory(directory.path);
    const store = await openStore(directory.path);
    expect(await everythingIn(store)).toEqual(expected);
    expect(await appendTo(store, 'wallet-1', 1)).toMatchObject({ kind: 'appended', revision: 19 });
    await store.close();
  });
});
