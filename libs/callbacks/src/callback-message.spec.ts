import { describe, expect, it } from '@jest/globals';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';

import type { PublicEvent } from '#kernel';

import { callbackMessage, signingSecret } from './callback-message.js';

const key = Buffer.alloc(32, 9);
const event: PublicEvent = {
  id: '0d4f5f0e-3f3c-5b66-9c54-6f0f8a1f0001:wallet.deposit',
  type: 'wallet.deposit',
  version: 1,
  position: '9007199254740993',
  stream: 'wallet-p1',
  revision: '3',
  hallId: 'h1',
  gamingDate: '2026-11-23',
  occurredAt: '2026-11-23T20:00:00.000Z',
  actor: { kind: 'client', id: 'c1' },
  data: { amount: { value: 500, currency: 'EUR' }, note: 'čaj' },
};

describe('a callback message', () => {
  const { headers, body } = callbackMessage(event, key, new Date());

  it('verifies with the published library, and carries the whole public event', () => {
    const { timestamp, ...verified } = new Webhook(signingSecret(key)).verify(body, { ...headers }) as {
      timestamp: string;
    };
    expect(verified).toEqual(event);
    expect(timestamp).toBe(event.occurredAt);
    expect(headers['webhook-id']).toBe(event.id);
  });

  it('does not verify when it was changed, or signed with another key', () => {
    const changed = body.replace('500', '501');
    const other = new Webhook(signingSecret(Buffer.alloc(32, 8)));
    expect(() => new Webhook(signingSecret(key)).verify(changed, { ...headers })).toThrow(WebhookVerificationError);
    expect(() => other.verify(body, { ...headers })).toThrow(WebhookVerificationError);
  });
});
