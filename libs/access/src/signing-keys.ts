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
  /** From when on it signs; where it is missing, from its creation. */
  readonly activeFrom?: string;
  /** The key that it took over from by itself, when that one's time was over. */
  readonly follows?: string;
  readonly publicJwk: PublicJwk;
  /** PKCS #8, wrapped under the master key. */
  readonly wrappedPrivateKey: string;
}

/** Where the keys lie, apart from the history. All platform processes share one. */
export interface SigningKeyStore {
  list(): Promise<readonly StoredSigningKey[]>;
  /** The stored one: this, or the one that was there before. */
  insertIfAbsent(id: string, key: StoredSigningKey): Promise<StoredSigningKey>;
}

/** How long keys take from one state to the next, in milliseconds; shorter in tests. */
export interface KeyTimes {
  /** Between a key's publication and its first signature: by then every process and every cache knows it. */
  readonly activationDelayMs: number;
  /** How often each process reads which keys there are. */
  readonly refreshEveryMs: number;
}
export const usualKeyTimes: KeyTimes = { activationDelayMs: 60_000, refreshEveryMs: 5_000 };

/** `upcoming`: published, does not sign yet. `verifying`: tokens that it signed may still live. `retired`: they are over. */
export type SigningKeyState = 'upcoming' | 'signing' | 'verifying' | 'retired';
export interface ListedSigningKey extends Pick<StoredSigningKey, 'kid' | 'createdAt'> {
  readonly activeFrom: string;
  readonly state: SigningKeyState;
}

interface UsableKey {
  readonly stored: StoredSigningKey;
  readonly publicPem: string;
  readonly activeFromMs: number;
  /** When the last token that it signed is over; Infinity for the newest. */
  retiresAtMs: number;
}

const firstKeyId = 'es256-00001';
/** How long a key verifies after its successor began to sign: a token's life, and clocks that differ. */
const verifiesAfterwardsMs = 16 * 60_000;

/** The keys that tokens are signed with: one signs, those before it verify until their tokens are over. */
export class SigningKeys {
  private keys: readonly UsableKey[] = [];
  private readonly privateKeys = new Map<string, KeyObject>();
  private askedAt = 0;
  /** One for all who name a key that is not known. */
  private asking: Promise<void> | undefined;

  private constructor(
    private readonly store: SigningKeyStore,
    private readonly secrets: Secrets,
    private readonly clock: Clock,
    private readonly times: KeyTimes,
  ) {}

  /** Makes the first key where there is none; of several processes that do, one wins. */
  static async open(
    store: SigningKeyStore,
    secrets: Secrets,
    clock: Clock,
    times = usualKeyTimes,
  ): Promise<SigningKeys> {
    const keys = new SigningKeys(store, secrets, clock, times);
    const stored = await store.list();
    keys.use(stored.length > 0 ? stored : [await store.insertIfAbsent(firstKeyId, newKey(secrets, clock))]);
    keys.privateKeyOf(keys.signing.stored);
    return keys;
  }

  /** The key that signs now. */
  get current(): { readonly kid: string; readonly privateKey: KeyObject } {
    const { stored } = this.signing;
    return { kid: stored.kid, privateKey: this.privateKeyOf(stored) };
  }

  /**
   * The public key of an id, as PEM; undefined where there is none, or none any more.
   * @throws whatever the store does: while it is away, nobody knows whether there is one
   */
  async publicKey(kid: string): Promise<string | undefined> {
    const known = this.verifying(kid);
    if (known) return known.publicPem;
    if (this.nowMs - this.askedAt < this.times.refreshEveryMs) return undefined;
    this.asking ??= this.refresh().finally(() => (this.asking = undefined));
    await this.asking;
    return this.verifying(kid)?.publicPem;
  }

  /**
   * Publishes a further key, which signs once every process knows it: no call is refused on the way.
   * @param id of the key's place in the store; the same id is the same key
   */
  async add(id: string, follows?: string): Promise<ListedSigningKey> {
    const activeFrom = new Date(this.nowMs + this.times.activationDelayMs).toISOString();
    const made = { ...newKey(this.secrets, this.clock), activeFrom, ...(follows === undefined ? {} : { follows }) };
    const stored = await this.store.insertIfAbsent(id, made);
    await this.refresh();
    return this.listed(usable(stored));
  }

  /**
   * Adds a key where the newest has signed for so long. Its place follows from the one before, so that all processes that
   * ask, however often, get the same.
   * @returns the newest key, where it came to be in this way
   */
  async renew(afterMs: number): Promise<ListedSigningKey | undefined> {
    await this.refresh();
    const newest = this.keys.at(-1);
    if (!newest) return undefined;
    const { kid, follows } = newest.stored;
    if (this.nowMs - newest.activeFromMs >= afterMs) return this.add(`es256-after-${kid}`, kid);
    return follows === undefined ? undefined : this.listed(newest);
  }

  /** Reads which keys there are now. */
  async refresh(): Promise<void> {
    const askedAt = this.nowMs;
    this.use(await this.store.list());
    this.askedAt = askedAt;
  }

  /** Every key that was ever made, the oldest first. */
  list(): readonly ListedSigningKey[] {
    return this.keys.map((key) => this.listed(key));
  }

  /** RFC 7517 key set: keys that sign, will sign, or signed what still lives. */
  jwks(): { readonly keys: readonly object[] } {
    const alive = this.keys.filter(({ retiresAtMs }) => retiresAtMs > this.nowMs);
    return { keys: alive.map(({ stored: { kid, publicJwk } }) => ({ ...publicJwk, kid, use: 'sig', alg: 'ES256' })) };
  }

  private get nowMs(): number {
    return this.clock().getTime();
  }

  private get signing(): UsableKey {
    const now = this.nowMs;
    const signing = this.keys.findLast(({ activeFromMs }) => activeFromMs <= now) ?? this.keys[0];
    if (!signing) throw new TypeError('There is no signing key.');
    return signing;
  }

  private verifying(kid: string): UsableKey | undefined {
    return this.keys.find((key) => key.stored.kid === kid && key.retiresAtMs > this.nowMs);
  }

  private use(stored: readonly StoredSigningKey[]): void {
    const keys = stored.map(usable).sort((one, other) => one.activeFromMs - other.activeFromMs);
    keys.forEach((key, index) => {
      const successor = keys[index + 1];
      if (successor) key.retiresAtMs = successor.activeFromMs + verifiesAfterwardsMs;
    });
    this.keys = keys;
  }

  private privateKeyOf({ kid, wrappedPrivateKey }: StoredSigningKey): KeyObject {
    const known = this.privateKeys.get(kid);
    if (known) return known;
    const key = createPrivateKey({ key: this.secrets.unwrap(wrappedPrivateKey), format: 'der', type: 'pkcs8' });
    // One signs at a time.
    this.privateKeys.clear();
    this.privateKeys.set(kid, key);
    return key;
  }

  private listed({ stored, activeFromMs, retiresAtMs }: UsableKey): ListedSigningKey {
    const { kid, createdAt, activeFrom = createdAt } = stored;
    const now = this.nowMs;
    const isSigning = this.signing.stored.kid === kid;
    const past = retiresAtMs > now ? 'verifying' : 'retired';
    return { kid, createdAt, activeFrom, state: isSigning ? 'signing' : activeFromMs > now ? 'upcoming' : past };
  }
}

const usable = (stored: StoredSigningKey): UsableKey => ({
  stored,
  publicPem: pemOf(stored.publicJwk),
  activeFromMs: Date.parse(stored.activeFrom ?? stored.createdAt),
  retiresAtMs: Number.POSITIVE_INFINITY,
});

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
