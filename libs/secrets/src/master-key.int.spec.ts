import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { loadMasterKey, parseMasterKey } from './master-key.js';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'master-key-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

describe('the master key', () => {
  const key = Buffer.alloc(32, 0xab);

  it.each(['hex', 'base64', 'base64url'] as const)('is taken as %s', (encoding) => {
    expect(parseMasterKey(` ${key.toString(encoding)}\n`, 'MASTER_KEY')).toEqual(key);
  });

  it.each(['', 'secret', 'ab'.repeat(31), Buffer.alloc(33).toString('base64')])('is not %p', (text) => {
    expect(() => parseMasterKey(text, 'MASTER_KEY')).toThrow('MASTER_KEY must be 32 bytes');
  });

  it('never stands in the message that refuses it', () => {
    expect(() => parseMasterKey('my-secret', 'MASTER_KEY')).toThrow(/^(?!.*my-secret)/);
  });

  it('comes from the environment before the file', async () => {
    expect(await loadMasterKey({ value: key.toString('hex'), dataDir })).toEqual(key);
    expect(await readdir(dataDir)).toEqual([]);
  });

  it('is made once and kept for its owner alone', async () => {
    const made = await loadMasterKey({ dataDir });
    expect(made).toHaveLength(32);
    expect(await loadMasterKey({ dataDir })).toEqual(made);
    expect((await stat(join(dataDir, 'master.key'))).mode & 0o777).toBe(0o600);
    expect(await readdir(dataDir)).toEqual(['master.key']);
  });

  it('is one, however many processes start at the same time', async () => {
    const keys = await Promise.all(Array.from({ length: 8 }, () => loadMasterKey({ dataDir: join(dataDir, 'new') })));
    expect(new Set(keys.map((made) => made.toString('hex'))).size).toBe(1);
  });

  it('is refused where others may read it', async () => {
    await loadMasterKey({ dataDir });
    await chmod(join(dataDir, 'master.key'), 0o644);
    await expect(loadMasterKey({ dataDir })).rejects.toThrow('chmod 600');
  });

  it('is never replaced when its file is damaged', async () => {
    await writeFile(join(dataDir, 'master.key'), 'half a k', { mode: 0o600 });
    await expect(loadMasterKey({ dataDir })).rejects.toThrow('must be 32 bytes');
    expect(await readFile(join(dataDir, 'master.key'), 'utf8')).toBe('half a k');
  });
});
