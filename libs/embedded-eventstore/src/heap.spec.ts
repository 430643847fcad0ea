import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { heapGrowingOption } from './heap.js';

describe('the heap of a store', () => {
  it('is told to grow by an option that this version of V8 has', () => {
    expect(execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' })).toContain(`${heapGrowingOption} (`);
  });
});
