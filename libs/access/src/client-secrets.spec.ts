import { describe, expect, it } from '@jest/globals';

import { createSecrets } from '#secrets';

import { clientSecretOf, isValidSecret, secretHashOf } from './client-secrets.js';
import { tokenRequest } from './token-request.js';

const now = new Date('2026-03-01T10:00:00Z');

describe("a client's secret", () => {
  const secrets = createSecrets(Buffer.alloc(32, 1));

  it('follows from the command that made it', () => {
    expect(clientSecretOf(secrets, 'c1', 'k1')).toBe(clientSecretOf(secrets, 'c1', 'k1'));
    expect(clientSecretOf(secrets, 'c1', 'k1')).not.toBe(clientSecretOf(secrets, 'c1', 'k2'));
    expect(clientSecretOf(secrets, 'c1', 'k1')).toHaveLength(43);
  });

  it.each([
    ['without end', null, true],
    ['until later', '2026-03-01T10:00:00.001Z', true],
    ['until now', '2026-03-01T10:00:00.000Z', false],
  ])('is valid %s', (_, validUntil, valid) => {
    expect(isValidSecret('secret', [{ hash: secretHashOf('secret'), validUntil }], now)).toBe(valid);
  });

  it('is no other text', () => {
    const valid = [{ hash: secretHashOf('secret'), validUntil: null }];
    expect(['', 'Secret', 'secret '].some((text) => isValidSecret(text, valid, now))).toBe(false);
    expect(isValidSecret('', [], now)).toBe(false);
  });
});

describe('a request for a token', () => {
  const credentials = { clientId: 'c', clientSecret: 's' };

  it.each([
    [credentials],
    [{ grant_type: 'client_credentials', client_id: 'c', client_secret: 's' }],
    [{ grant_type: 'client_credentials', client_id: 'c', client_secret: 's', scope: 'all' }],
  ])('is understood as %p', (body) => {
    expect(tokenRequest(body)).toEqual(credentials);
  });

  it.each([
    [undefined, 'invalid_request'],
    [{ ...credentials, role: 'administrator' }, 'invalid_request'],
    [{ grant_type: 'client_credentials', client_id: 'c' }, 'invalid_request'],
    [{ grant_type: 'password', client_id: 'c', client_secret: 's' }, 'unsupported_grant_type'],
  ])('is refused as %p', (body, error) => {
    expect(() => tokenRequest(body)).toThrow(
      expect.objectContaining({ refusal: expect.objectContaining({ status: 400, members: { error } }) }),
    );
  });
});
