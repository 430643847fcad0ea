import type { Actor } from '#kernel';
import type { PersonalData } from '#personal-data';

/** A sealed address, and whose key opens it. */
export interface SealedAddress {
  readonly from: string | null;
  readonly sealedFor: string | null;
}

/** Sealed addresses kept: most callers come from where they came from before. */
const maximumKept = 10_000;
const field = 'address';
const nowhere: SealedAddress = { from: null, sealedFor: null };

/**
 * Seals addresses under the key of whoever called; of those who are nobody, under a key of the day. An erased person's
 * addresses go with their key.
 */
export class SealedAddresses {
  private readonly kept = new Map<string, Promise<SealedAddress>>();

  constructor(private readonly personalData: Pick<PersonalData, 'encrypt'>) {}

  /** @param date UTC, of the call */
  seal(actor: Actor | undefined, address: string, date: string): Promise<SealedAddress> {
    const owner = actor?.id ?? `callers-${date}`;
    const key = `${owner} ${address}`;
    const known = this.kept.get(key);
    if (known) return known;
    const sealed = this.sealAnew(owner, address);
    this.kept.set(key, sealed);
    sealed.catch(() => this.kept.delete(key));
    const [oldest] = this.kept.keys();
    if (this.kept.size > maximumKept && oldest !== undefined) this.kept.delete(oldest);
    return sealed;
  }

  /** There is no key for one who was erased meanwhile. */
  private async sealAnew(owner: string, address: string): Promise<SealedAddress> {
    try {
      return { from: await this.personalData.encrypt(owner, field, address), sealedFor: owner };
    } catch (error) {
      if (error instanceof Error && error.message.endsWith('was erased.')) return nowhere;
      throw error;
    }
  }
}

/** The address in the clear; null once the person was erased. */
export const openAddress = (
  personalData: Pick<PersonalData, 'decrypt'>,
  { from, sealedFor }: SealedAddress,
): Promise<string | null> =>
  from === null || sealedFor === null ? Promise.resolve(null) : personalData.decrypt(sealedFor, field, from);
