import { createHmac } from 'node:crypto';

import type { PublicEvent } from '#kernel';

/** One delivery, ready to send. */
export interface CallbackMessage {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The secret as receivers get it: the form of Standard Webhooks. */
export const signingSecret = (key: Buffer): string => `whsec_${key.toString('base64')}`;

/**
 * A public event as Standard Webhooks has it: signed with HMAC-SHA256 over id, time and body (`v1`).
 * A repeat has the same `webhook-id`, and the time of the attempt.
 */
export function callbackMessage(event: PublicEvent, key: Buffer, attemptedAt: Date): CallbackMessage {
  const { type, occurredAt, data, ...rest } = event;
  const body = JSON.stringify({ type, timestamp: occurredAt, data, ...rest, occurredAt });
  const timestamp = Math.floor(attemptedAt.getTime() / 1000).toString();
  const signature = createHmac('sha256', key).update(`${event.id}.${timestamp}.${body}`).digest('base64');
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Tallyhall-Callbacks/1',
      'webhook-id': event.id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    },
  };
}
