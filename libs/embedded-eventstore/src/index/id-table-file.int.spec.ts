import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { idOf, temporaryDirectory } from '../testing.test-support.js';
import { IdTable, idHash } from './id-table.js';
import { loadIdTable, removeIdTablesBefore, saveIdTable } from './id-table-file.js';

let directory: { path: string; remove: () => Promise<void> };
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => directory.remove());

const owner = { storeId: Buffer.alloc(16, 5), number: 3, basePosition: 2 ** 40 };
const ids = 5_000;
const saved = (): string => {
  const table = new IdTable(owner.basePosition);
  for (let number = 1; number <= ids; number += 1) table.add(idHash(idOf(number)), owner.basePosition + number);
  saveIdTable(directory.path, owner, table);
  return join(directory.path, 'ids-00000003.idx');
};

describe('the ids of a sealed segment', () => {
  it('are read as they were saved', () => {
    saved();
    const table = loadIdTable(directory.path, owner);
    expect(table?.size).toBe(ids);
    for (let number = 1; number <= ids; number += 500) {
      const position = owner.basePosition + number;
      expect(table?.find(idHash(idOf(number)), (found) => found === position)).toBe(position);
    }
  });

  it('are not taken from a file that is damaged, cut off, missing, or of another segment or store', () => {
    const path = saved();
    const bytes = readFileSync(path);
    for (let at = 0; at < bytes.length; at += at < 80 ? 1 : 997) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ 4;
      writeFileSync(path, damaged);
      expect(loadIdTable(directory.path, owner)).toBeNull();
    }
    for (const length of [0, 10, 64, bytes.length - 1]) {
      writeFileSync(path, bytes.subarray(0, length));
      expect(loadIdTable(directory.path, owner)).toBeNull();
    }
    writeFileSync(path, bytes);
    expect(loadIdTable(directory.path, { ...owner, storeId: Buffer.alloc(16, 6) })).toBeNull();
    expect(loadIdTable(directory.path, { ...owner, basePosition: 64 })).toBeNull();
    expect(loadIdTable(directory.path, { ...owner, number: 4 })).toBeNull();
    expect(loadIdTable(directory.path, owner)).not.toBeNull();
  });

  it('go when they are too old', () => {
    saved();
    removeIdTablesBefore(directory.path, 3);
    expect(readdirSync(directory.path)).toHaveLength(1);
    removeIdTablesBefore(directory.path, 4);
    expect(readdirSync(directory.path)).toHaveLength(0);
  });
});
