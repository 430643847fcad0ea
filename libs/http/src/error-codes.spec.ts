import { readFile } from 'node:fs/promises';

import { describe, expect, it } from '@jest/globals';

import { outageCodes } from './outages.js';
import { frameworkCodes, problemOf } from './problem.js';
import { headerInvalid, permissionDenied, requestInvalid } from './request-refused.js';

describe('the reference of errors', () => {
  it('has every code that is answered here', async () => {
    const page = await readFile(new URL('../../../docs/reference/errors.md', import.meta.url), 'utf8');
    const thrown = [requestInvalid([]), headerInvalid('X', 'y'), permissionDenied('z'), new Error('bug')];
    const codes = [...outageCodes(), ...frameworkCodes(), ...thrown.map((error) => problemOf(error, 'c').code)];
    expect(codes.filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
  });
});

describe('a problem', () => {
  it.each([null, undefined, 'text', 7, {}, new RangeError('at /home/secret')])('tells nothing about %p', (error) => {
    expect(problemOf(error, 'c1')).toEqual({
      type: 'urn:tallyhall:problem:internal',
      title: 'Internal Server Error',
      status: 500,
      code: 'internal',
      detail: 'Something went wrong on our side. Quote the correlation id when you report it.',
      correlationId: 'c1',
    });
  });
});
