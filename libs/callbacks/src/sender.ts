import type { CallbackMessage } from './callback-message.js';

/** What came of one attempt: the receiver's status, or why there was none. */
export type Outcome = { readonly status: number } | { readonly error: string };

/** Sends one message to a receiver. Never throws: what goes wrong is an outcome. */
export interface Sender {
  send(url: string, message: CallbackMessage, signal: AbortSignal): Promise<Outcome>;
}

export const isDelivered = (outcome: Outcome): boolean =>
  'status' in outcome && outcome.status >= 200 && outcome.status < 300;

/** The receiver says that it does not want any more (410). */
export const isGone = (outcome: Outcome): boolean => 'status' in outcome && outcome.status === 410;
