import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** Nest's injection token of {@link Secrets}. */
export const SECRETS = Symbol('Secrets');

/** What one master key makes. Every format and derivation here is for ever: stored data depends on it. */
export interface Secrets {
  /** 32 bytes by HKDF-SHA256: the same purpose and ids give the same bytes, and no two of them tell of each other. */
  derive(purpose: string, ...ids: readonly string[]): Buffer;
  /** Encrypts a key for storage. */
  wrap(plain: Buffer): string;
  /** @throws {SecretUnreadable} it was not wrapped by this master key, or was changed since */
  unwrap(wrapped: string): Buffer;
  /**
   * Encrypts bytes under a 32-byte key.
   * @param associatedData what it is and whose, in the clear: it opens only with the same words
   */
  seal(key: Buffer, plain: Buffer, associatedData: string): string;
  /** @throws {SecretUnreadable} another key, other words, or it was changed since */
  open(key: Buffer, sealed: string, associatedData: string): Buffer;
}

/** A sealed text that does not open: the wrong key, or it was tampered with. */
export class SecretUnreadable extends Error {
  constructor(options?: ErrorOptions) {
    super('A secret cannot be read: it was sealed under another key, or changed since.', options);
    this.name = 'SecretUnreadable';
  }
}

export const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const salt = 'tallyhall';
const separator = '\u001f';
const wrapPurpose = 'wrap';

/** @throws {RangeError} the master key is not 32 bytes */
export function createSecrets(masterKey: Buffer): Secrets {
  if (masterKey.length !== keyBytes) throw new RangeError(`The master key has ${masterKey.length} bytes, not 32.`);

  const derive = (purpose: string, ...ids: readonly string[]): Buffer => {
    const parts = [purpose, ...ids];
    if (parts.some((part) => part.includes(separator))) throw new RangeError('an id may not contain U+001F');
    return Buffer.from(hkdfSync('sha256', masterKey, salt, parts.join(separator), keyBytes));
  };
  const wrappingKey = derive(wrapPurpose);

  return {
    derive,
    wrap: (plain) => encrypt(wrappingKey, plain, wrapPurpose),
    unwrap: (wrapped) => decrypt(wrappingKey, wrapped, wrapPurpose),
    seal: encrypt,
    open: decrypt,
  };
}

/** `v1.<nonce>.<ciphertext and tag>`, base64url. AES-256-GCM with a random nonce: at most 2^32 texts a key. */
function encrypt(key: Buffer, plain: Buffer, associatedData: string): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(associatedData, 'utf8'));
  const sealed = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  return `v1.${nonce.toString('base64url')}.${sealed.toString('base64url')}`;
}

function decrypt(key: Buffer, text: string, associatedData: string): Buffer {
  const [version, nonceText = '', sealedText = '', rest] = text.split('.');
  const nonce = Buffer.from(nonceText, 'base64url');
  const sealed = Buffer.from(sealedText, 'base64url');
  if (version !== 'v1' || rest !== undefined || nonce.length !== nonceBytes || sealed.length < tagBytes)
    throw new SecretUnreadable();
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
      .setAAD(Buffer.from(associatedData, 'utf8'))
      .setAuthTag(sealed.subarray(-tagBytes));
    return Buffer.concat([decipher.update(sealed.subarray(0, -tagBytes)), decipher.final()]);
  } catch (error) {
    throw new SecretUnreadable({ cause: error });
  }
}
