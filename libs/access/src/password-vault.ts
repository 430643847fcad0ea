import { randomBytes } from 'node:crypto';

import type { Secrets } from '#secrets';

import { hashPassword, type PasswordCost, usualPasswordCost, verifyPassword } from './passwords.js';

/** Password hashes as events store them: sealed under a key of the person's that follows from the master key. */
export class PasswordVault {
  constructor(
    private readonly secrets: Secrets,
    private readonly cost: PasswordCost = usualPasswordCost,
  ) {}

  async sealedHash(staffId: string, password: string): Promise<string> {
    const hash = await hashPassword(password, this.cost);
    return this.secrets.seal(this.keyOf(staffId), Buffer.from(hash, 'utf8'), associatedData(staffId));
  }

  /** False, and as slow, where there is no hash. */
  verify(staffId: string, password: string, sealedHash: string | undefined): Promise<boolean> {
    if (sealedHash === undefined) return verifyPassword(password, undefined, this.cost);
    const hash = this.secrets.open(this.keyOf(staffId), sealedHash, associatedData(staffId)).toString('utf8');
    return verifyPassword(password, hash);
  }

  /** A first password that follows from the command that asks for it: a repeated command gets the same. */
  oneTimePassword(staffId: string, commandId: string): string {
    return readable(this.secrets.derive('one-time-password', staffId, commandId));
  }

  private keyOf(staffId: string): Buffer {
    return this.secrets.derive('password-hash', staffId);
  }
}

/** A password that nobody can derive again. */
export const randomPassword = (): string => readable(randomBytes(passwordCharacters));

const associatedData = (staffId: string): string => `${staffId}/password-hash`;

/** 32 characters that are not mistaken for one another: 5 bits each. */
const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789';
const passwordCharacters = 20;
const groupCharacters = 5;

/** 100 bits in four groups, easy to read out. */
function readable(bytes: Buffer): string {
  const characters = [...bytes.subarray(0, passwordCharacters)].map((byte) => alphabet[byte % alphabet.length] ?? '');
  const groups: string[] = [];
  for (let at = 0; at < characters.length; at += groupCharacters)
    groups.push(characters.slice(at, at + groupCharacters).join(''));
  return groups.join('-');
}
