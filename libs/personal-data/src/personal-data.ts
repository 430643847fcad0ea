import { conflict } from '#kernel';

/** Encrypts what identifies a person under that person's own key. Injection token: {@link PERSONAL_DATA}. */
export interface PersonalData {
  /**
   * Seals a text for one field of one person. The key is durable before it is first used.
   * @throws {DomainError} `person_erased`
   */
  encrypt(personId: string, field: string, text: string): Promise<string>;
  /** The text, or null when the person's key was erased. */
  decrypt(personId: string, field: string, sealed: string): Promise<string | null>;
  /** Erases the key, and with it every text that was ever sealed for the person. */
  erase(personId: string): Promise<void>;
}

export const PERSONAL_DATA = Symbol('PersonalData');

/** Where the wrapped keys lie: apart from the history, and backed up apart from it. */
export interface PersonKeyStore {
  /** Answers the stored value: the given one, or the one that was there first. */
  insertIfAbsent(personId: string, key: WrappedKey): Promise<WrappedKey>;
  get(personId: string): Promise<WrappedKey | undefined>;
  put(personId: string, key: WrappedKey): Promise<unknown>;
}

/** A key wrapped under the master key; null once the person was erased, so that no new key is made by mistake. */
export interface WrappedKey {
  readonly wrapped: string | null;
}

/** The cryptography: AES-256-GCM, versioned text. */
export interface Sealing {
  wrap(key: Buffer): string;
  unwrap(wrapped: string): Buffer;
  seal(key: Buffer, plain: Buffer, associatedData: string): string;
  open(key: Buffer, sealed: string, associatedData: string): Buffer;
}

/** Unwrapped keys kept in memory; an erased one is dropped at once in this process and after `keyTtlMs` in others. */
const maximumKeys = 5_000;
const keyTtlMs = 60_000;

export function personalData(
  keys: PersonKeyStore,
  sealing: Sealing,
  randomKey: () => Buffer,
  now: () => number,
): PersonalData {
  const known = new Map<string, { key: Buffer; until: number }>();
  let erasures = 0;

  const remember = (personId: string, key: Buffer): Buffer => {
    known.delete(personId);
    known.set(personId, { key, until: now() + keyTtlMs });
    const [oldest] = known.keys();
    if (known.size > maximumKeys && oldest !== undefined) known.delete(oldest);
    return key;
  };
  const remembered = (personId: string): Buffer | undefined => {
    const entry = known.get(personId);
    return entry && entry.until > now() ? entry.key : undefined;
  };
  /** A key that was looked up before an erasure may be the one that was erased: it is used, and not kept. */
  const lookedUp = async (
    personId: string,
    look: () => Promise<WrappedKey | undefined>,
  ): Promise<Buffer | undefined> => {
    const erasuresBefore = erasures;
    const wrapped = (await look())?.wrapped ?? null;
    if (wrapped === null) return undefined;
    const key = sealing.unwrap(wrapped);
    return erasures === erasuresBefore ? remember(personId, key) : key;
  };

  return {
    encrypt: async (personId, field, text) => {
      const made = (): Promise<WrappedKey> => keys.insertIfAbsent(personId, { wrapped: sealing.wrap(randomKey()) });
      const key = remembered(personId) ?? (await lookedUp(personId, made));
      if (!key) throw conflict('person_erased', 'This person was erased; that is for good.');
      return sealing.seal(key, Buffer.from(text, 'utf8'), `${personId}/${field}`);
    },
    decrypt: async (personId, field, sealed) => {
      const key = remembered(personId) ?? (await lookedUp(personId, () => keys.get(personId)));
      return key ? sealing.open(key, sealed, `${personId}/${field}`).toString('utf8') : null;
    },
    erase: async (personId) => {
      await keys.put(personId, { wrapped: null });
      erasures += 1;
      known.delete(personId);
    },
  };
}
