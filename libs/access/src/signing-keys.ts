import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

import type { Clock } from '#kernel';
import type { Secrets } from '#secrets';

/** The public half of a P-256 key (RFC 7517). */
export interface PublicJwk {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
}

export interface StoredSigningKey {
  readonly kid: string;
  readonly createdAt: string;
  readonly publicJwk: PublicJwk;
  /** PKCS #8, wrapped under the master key. */
  readonly wrappedPrivateKey: string;
}

/** Where the keys lie, apart from the history. All platform processes share one. */
export interface SigningKeyStore {
  /** By id, ascending. */
  list(): Promise<readonly StoredSigningKey[]>;
  /** The stored one: this, or the one that was there before. */
  insertIfAbsent(id: string, key: StoredSigningKey): Promise<StoredSigningKey>;
}

interface UsableKey {
  readonly stored: StoredSigningKey;
  readonly publicPem: string;
}

const firstKeyId = 'es256-00001';
/** How often an unknown key id makes the store be asked: another process may have made a key. */
const askAgainAfterMs = 5_000;

/** The keys that tokens are signed with: the newest signs, all of them verify. */
export class SigningKeys {
  private keys = new Map<string, UsableKey>();
  private signing: { readonly kid: string; readonly privateKey: KeyObject } | undefined;
  private askedAt = 0;

  private constructor(
    private readonly store: SigningKeyStore,
    private readonly secrets: Secrets,
    private readonly clock: Clock,
  ) {}

  /** Makes the first key where there is none; of several processes that do, one wins. */
  static async open(store: SigningKeyStore, secrets: Secrets, clock: Clock): Promise<SigningKeys> {
    const keys = new SigningKeys(store, secrets, clock);
    const stored = await store.list();
    keys.use(stored.length > 0 ? stored : [await store.insertIfAbsent(firstKeyId, newKey(secrets, clock))]);
    return keys;
  }

  /** The key that signs now. */
  get current(): { readonly kid: string; readonly privateKey: KeyObject } {
    if (!this.signing) throw new TypeError('There is no signing key.');
    return this.signing;
  }

  /** The public key of an id, as PEM; undefined where there is none. */
  async publicKey(kid: string): Promise<string | undefined> {
    const known = this.keys.get(kid);
    if (known) return known.publicPem;
    const now = this.clock().getTime();
    if (now - this.askedAt < askAgainAfterMs) return undefined;
    this.askedAt = now;
    this.use(await this.store.list());
    return this.keys.get(kid)?.publicPem;
  }

  /** RFC 7517 key set. */
  jwks(): { readonly keys: readonly object[] } {
    const keys = [...this.keys.values()].map(({ stored: { kid, publicJwk } }) => ({
      ...publicJwk,
      kid,
      use: 'sig',
      alg: 'ES256',
    }));
    return { keys };
  }

  private use(stored: readonly StoredSigningKey[]): void {
    this.keys = new Map(stored.map((key) => [key.kid, { stored: key, publicPem: pemOf(key.publicJwk) }]));
    const newest = stored.at(-1);
    if (!newest || newest.kid === this.signing?.kid) return;
    const der = this.secrets.unwrap(newest.wrappedPrivateKey);
    this.signing = { kid: newest.kid, privateKey: createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }) };
  }
}

function newKey(secrets: Secrets, clock: Clock): StoredSigningKey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const publicJwk: PublicJwk = { kty: 'EC', crv: 'P-256', x, y };
  return {
    kid: thumbprint(publicJwk),
    createdAt: clock().toISOString(),
    publicJwk,
    wrappedPrivateKey: secrets.wrap(privateKey.export({ format: 'der', type: 'pkcs8' })),
  };
}

/** RFC 7638. */
const thumbprint = ({ crv, kty, x, y }: PublicJwk): string =>
  createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');

const pemOf = (publicJwk: PublicJwk): string =>
  createPublicKey({ key: { ...publicJwk }, format: 'jwk' })
    .export({ format: 'pem', type: 'spki' })
    .toString();
