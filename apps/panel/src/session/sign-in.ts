import { exchange } from '../api/client.js';
import { type Problem, problemOf } from '../api/problem.js';
import type { TokenAnswer } from '../api/types.js';

export interface Credentials {
  readonly login: string;
  readonly password: string;
  readonly newPassword?: string;
}

export type SignInOutcome =
  | { readonly outcome: 'signed-in'; readonly answer: TokenAnswer }
  /** The password was a one-time one: ask for a new one and send both. */
  | { readonly outcome: 'password-change-required' }
  | { readonly outcome: 'refused'; readonly problem: Problem };

/** Asks for a token. Not repeated by itself: a wrong password counts. */
export async function signIn(
  credentials: Credentials,
  fetch: (url: string, init: RequestInit) => Promise<Response>,
): Promise<SignInOutcome> {
  try {
    const { body } = await exchange<TokenAnswer>(fetch, '/auth/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(credentials),
    });
    return { outcome: 'signed-in', answer: body };
  } catch (error) {
    const problem = problemOf(error);
    return problem.code === 'password_change_required'
      ? { outcome: 'password-change-required' }
      : { outcome: 'refused', problem };
  }
}
