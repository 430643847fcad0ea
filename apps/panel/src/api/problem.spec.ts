import { describe, expect, it } from '@jest/globals';

import { parseProblem, problemOf, ProblemError, unreachable } from './problem.js';

describe('a problem', () => {
  it('keeps what the server said, with the fields it names', () => {
    const body = {
      title: 'Invalid',
      code: 'request_invalid',
      detail: 'One field is wrong.',
      correlationId: 'c-7',
      errors: [{ pointer: '/reason', code: 'too_long', detail: 'at most 500' }, 'noise'],
    };
    expect(parseProblem(400, body)).toEqual({
      status: 400,
      code: 'request_invalid',
      title: 'Invalid',
      detail: 'One field is wrong.',
      correlationId: 'c-7',
      errors: [{ pointer: '/reason', detail: 'at most 500' }],
    });
  });

  it.each([undefined, null, 'text', [], { detail: 7 }])('is told by its status when the body is %p', (body) => {
    expect(parseProblem(500, body, 'c-8')).toMatchObject({
      code: 'http_500',
      detail: 'Answer 500',
      correlationId: 'c-8',
    });
  });

  it('is found in what was thrown', () => {
    expect(problemOf(new ProblemError(unreachable))).toBe(unreachable);
    expect(problemOf(new Error('boom'))).toMatchObject({ code: 'panel', detail: 'boom' });
  });
});
