import { describe, expect, it } from '@jest/globals';

import { parseOptions } from './options.js';

describe('the command line', () => {
  it('takes a line over tcp or a serial port', () => {
    expect(parseOptions(['--listen', 'tcp:7001', '--raw', '--address', '9'])).toEqual({
      ok: true,
      options: {
        line: { kind: 'tcp', host: '127.0.0.1', port: 7001 },
        script: undefined,
        profile: undefined,
        address: 9,
        raw: true,
      },
    });
    expect(parseOptions(['--serial', '/dev/ttyUSB0', '--profile', 'idle-1f'])).toMatchObject({
      ok: true,
      options: { line: { kind: 'serial', path: '/dev/ttyUSB0' }, profile: 'idle-1f', raw: false },
    });
  });

  it.each([
    [[], '--listen or --serial'],
    [['--listen', 'tcp:1', '--serial', '/dev/x'], '--listen or --serial'],
    [['--listen', '7001'], '--listen must be tcp:PORT'],
    [['--listen', 'tcp:1', '--address', '128'], '--address must be from 1 to 127'],
    [['--listen', 'tcp:1', '--profile', 'brand-x'], '--profile must be one of standard'],
    [['--listen', 'tcp:1', '--colour', 'red'], 'colour'],
  ])('%j is refused by the option’s name', (argv, reason) => {
    const parsed = parseOptions(argv);
    expect(parsed.ok ? [] : parsed.errors.join('\n')).toContain(reason);
  });
});
