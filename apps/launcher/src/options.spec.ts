import { describe, expect, it } from '@jest/globals';

import { launcherOptions } from './options.js';

describe('the launcher’s options', () => {
  it('run a demo of 24 machines, a game every ten seconds each', () => {
    expect(launcherOptions([])).toEqual({ demo: true, machines: 24, gameEveryMs: 10_000, help: false });
  });

  it('can leave the demo out, or change it', () => {
    expect(launcherOptions(['--no-demo']).demo).toBe(false);
    expect(launcherOptions(['--machines', '3', '--game-every', '0'])).toMatchObject({ machines: 3, gameEveryMs: 0 });
  });

  it.each([
    [['--machines', '0'], '--machines must be a whole number from 1 to 200, not 0.'],
    [['--game-every', 'often'], '--game-every must be a whole number'],
    [['--fast'], '--fast'],
  ])('refuse %p by name', (args, message) => {
    expect(() => launcherOptions(args)).toThrow(message);
  });
});
