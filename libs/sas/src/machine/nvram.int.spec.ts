import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { openNvram } from './nvram.js';

describe('a memory that survives power cuts', () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nvram-'));
    path = join(folder, 'machine.nvram');
  });
  afterEach(() => rm(folder, { recursive: true }));

  const written = async (...contents: readonly string[]): Promise<void> => {
    const { nvram } = await openNvram(path, 'blank');
    for (const each of contents) await nvram.write(each);
    await nvram.close();
  };
  const recovered = async (): Promise<string | null> => {
    const opened = await openNvram(path, 'blank');
    await opened.nvram.close();
    return opened.recovered;
  };

  it('is new once, and then holds what was written last', async () => {
    const { nvram, recovered: nothing } = await openNvram(path, 'blank');
    expect(nothing).toBeNull();
    await nvram.close();
    expect(await recovered()).toBe('blank');
    await written('one', 'two', 'three');
    expect(await recovered()).toBe('three');
    await written('four');
    expect(await recovered()).toBe('four');
  });

  it('falls back to the contents before, wherever the last write was cut or changed', async () => {
    await written('before', 'after');
    const whole = await readFile(path);
    const last = whole.indexOf('after');
    const slotStart = last - 64;
    for (let at = slotStart; at < last + 'after'.length; at += 1) {
      if (whole[at] === 0x20 || whole[at] === 0x0a) continue;
      const torn = Buffer.from(whole);
      torn[at] = (torn[at] ?? 0) ^ 0x01;
      await writeFile(path, torn);
      expect(await recovered()).toBe('before');
    }
  });

  it('does not open when nothing in it is whole', async () => {
    await writeFile(path, 'TALLYHALL-NVRAM-1 5 3 0000000000000000');
    await expect(openNvram(path, 'blank')).rejects.toThrow('nothing that is whole');
  });

  it('refuses what does not fit', async () => {
    const { nvram } = await openNvram(path, 'blank');
    await expect(nvram.write('x'.repeat(16 * 1024))).rejects.toThrow(RangeError);
    await nvram.close();
    expect(await recovered()).toBe('blank');
  });
});
