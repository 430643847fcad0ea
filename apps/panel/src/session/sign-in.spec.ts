import { describe, expect, it } from '@jest/globals';

import { signIn } from './sign-in.js';

const answering = (status: number, body: object) => async () => new Response(JSON.stringify(body), { status });

describe('signing in', () => {
  it('answers the token', async () => {
    const answer = { access_token: 't', expires_in: 900, staff: { login: 'a', roles: ['manager'] } };
    expect(await signIn({ login: 'a', password: 'b' }, answering(200, answer))).toEqual({
      outcome: 'signed-in',
      answer,
    });
  });

  it('asks for a new password after a one-time one, and sends both', async () => {
    expect(await signIn({ login: 'a', password: 'b' }, answering(403, { code: 'password_change_required' }))).toEqual({
      outcome: 'password-change-required',
    });

    const bodies: unknown[] = [];
    await signIn({ login: 'a', password: 'b', newPassword: 'c' }, async (_, { body }) => {
      bodies.push(typeof body === 'string' ? JSON.parse(body) : body);
      return new Response('{}');
    });
    expect(bodies).toEqual([{ login: 'a', password: 'b', newPassword: 'c' }]);
  });

  it('tells a refusal, and a platform that does not answer', async () => {
    expect(await signIn({ login: 'a', password: 'b' }, answering(401, { code: 'credentials_invalid' }))).toMatchObject({
      outcome: 'refused',
      problem: { status: 401, code: 'credentials_invalid' },
    });
    expect(
      await signIn({ login: 'a', password: 'b' }, async () => {
        throw new TypeError('refused');
      }),
    ).toMatchObject({ problem: { code: 'unreachable' } });
  });
});
