import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

describe('the heap of a store', () => {
  it('is told to grow by an option that this version of V8 has', () => {
    const [option = 'none'] = /--[a-z-]+(?==)/.exec(readFileSync(new URL('heap.ts', import.meta.url), 'utf8')) ?? [];
    expect(execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' })).toContain(`${option} (`);
  });
});
