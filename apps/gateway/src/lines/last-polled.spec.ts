import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { LastPolled } from './last-polled.js';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tallyhall-polled-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

describe('the machine that was polled last', () => {
  it('is known for each line to whoever opens the file next', () => {
    const path = join(directory, 'polled');
    const before = new LastPolled(path);
    before.note(0, 3);
    before.note(2, 127);
    before.note(0, 1);
    const after = new LastPolled(path);
    expect([after.of(0), after.of(1), after.of(2)]).toEqual([1, null, 127]);
    before.close();
    after.close();
  });
});
