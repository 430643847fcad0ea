import { describe, expect, it } from '@jest/globals';

import { parseOptions } from './options.js';

describe('the options of the demo floor', () => {
  it('are 24 machines on lines of their own, a game every 10 s, on any ports', () => {
    expect(parseOptions(['--data', 'floor'])).toEqual({
      ok: true,
      options: {
        dataDir: 'floor',
        machines: 24,
        machinesPerLine: 1,
        seed: 1,
        port: 0,
        gameEveryMs: 10_000,
        raw: false,
        playWithoutHost: false,
      },
    });
  });

  it('are refused all at once, each by its name', () => {
    const parsed = parseOptions(['--machines', 'many', '--port', '70000']);
    expect(parsed.ok ? [] : parsed.errors).toEqual([
      '--data is required: the folder of the machines',
      '--machines must be a whole number from 1 to 500',
      '--port must be from 0 to 65535',
    ]);
  });

  it('are refused when nobody knows them', () => {
    expect(parseOptions(['--data', 'x', '--jackpot'])).toMatchObject({ ok: false });
  });
});
