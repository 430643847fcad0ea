import { createHash, timingSafeEqual } from 'node:crypto';

import type { Secrets } from '#secrets';

import type { ValidSecret } from './client.js';

/**
 * A client's secret: 256 bits that follow from the master key and the command that made it, so that a repeated
 * command gets the same answer and the secret itself is stored nowhere.
 */
export const clientSecretOf = (secrets: Secrets, clientId: string, commandId: string): string =>
  secrets.derive('client-secret', clientId, commandId).toString('base64url');

/** SHA-256 is enough for what cannot be guessed. */
export const secretHashOf = (secret: string): string => createHash('sha256').update(secret, 'utf8').digest('hex');

/** Whether a secret is one of the valid ones; compared in constant time. */
export function isValidSecret(given: string, valid: readonly ValidSecret[], now: Date): boolean {
  const hash = Buffer.from(secretHashOf(given), 'hex');
  return valid
    .filter(({ validUntil }) => validUntil === null || Date.parse(validUntil) > now.getTime())
    .some((secret) => timingSafeEqual(Buffer.from(secret.hash, 'hex'), hash));
}
