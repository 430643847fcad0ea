import { randomBytes, scrypt, type ScryptOptions, timingSafeEqual } from 'node:crypto';

import { Turnstile } from './turnstile.js';

/** Length of a password in characters. */
export const minimumPasswordLength = 10;
export const maximumPasswordLength = 200;

/** What a hash costs whoever computes it (RFC 7914): N is 2^logN. */
export interface PasswordCost {
  readonly logN: number;
  readonly r: number;
  readonly p: number;
}

/** OWASP's scrypt setting with the smallest memory: 16 MiB a hash. Stored hashes keep the cost they were made with. */
export const usualPasswordCost: PasswordCost = { logN: 14, r: 8, p: 5 };
const saltBytes = 16;
const hashBytes = 32;
/** Hashes at the same time, and callers that may wait: a flood of sign-ins must not take the process down. */
const maximumHashes = 2;
const maximumWaiting = 50;

const turnstile = new Turnstile(maximumHashes, maximumWaiting);

/** `$scrypt$ln=14,r=8,p=5$<salt>$<hash>`, base64 without padding. */
export async function hashPassword(password: string, cost = usualPasswordCost): Promise<string> {
  const salt = randomBytes(saltBytes);
  const hash = await derive(password, salt, cost);
  return `$scrypt$ln=${cost.logN},r=${cost.r},p=${cost.p}$${unpadded(salt)}$${unpadded(hash)}`;
}

/**
 * Takes as long for a login that is not there: then there is no hash, and one is computed all the same.
 * @throws {Error} the stored hash is not one
 */
export async function verifyPassword(
  password: string,
  stored: string | undefined,
  cost = usualPasswordCost,
): Promise<boolean> {
  const { salt, hash, cost: used } = stored === undefined ? { ...nobody, cost } : parse(stored);
  const computed = await derive(password, salt, used);
  return timingSafeEqual(computed, hash) && stored !== undefined;
}

const nobody = { salt: Buffer.alloc(saltBytes), hash: Buffer.alloc(hashBytes) };

const storedForm = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]{43})$/;

function parse(stored: string): { salt: Buffer; hash: Buffer; cost: PasswordCost } {
  const [, logN, r, p, salt = '', hash = ''] = storedForm.exec(stored) ?? [];
  if (!logN) throw new Error('A stored password hash is not one.');
  return {
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
    cost: { logN: Number(logN), r: Number(r), p: Number(p) },
  };
}

function derive(password: string, salt: Buffer, { logN, r, p }: PasswordCost): Promise<Buffer> {
  const N = 2 ** logN;
  const options: ScryptOptions = { N, r, p, maxmem: 2 * 128 * N * r };
  return turnstile.pass(
    () =>
      new Promise((resolve, reject) => {
        scrypt(password.normalize('NFKC'), salt, hashBytes, options, (error, hash) => {
          if (error) reject(error);
          else resolve(hash);
        });
      }),
  );
}

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
