import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { keyBytes } from './secrets.js';

export interface MasterKeySource {
  /** `MASTER_KEY` of the environment: 32 bytes as hex, base64 or base64url. */
  readonly value?: string | undefined;
  /** Where the key file is, and is made at the first start, when there is no value. */
  readonly dataDir: string;
}

const hexKey = /^[0-9a-f]{64}$/i;
const base64Key = /^[A-Za-z0-9+/_-]{43}=?$/;
/** Owner only. */
const fileMode = 0o600;
const folderMode = 0o700;
const othersMayRead = 0o077;

/**
 * The platform's one secret: given, or kept in `<dataDir>/master.key`. Whoever loses it loses all personal data.
 * @throws {Error} it is not a key of 32 bytes, or other users may read the file
 */
export async function loadMasterKey({ value, dataDir }: MasterKeySource): Promise<Buffer> {
  if (value !== undefined) return parseMasterKey(value, 'MASTER_KEY');
  const path = join(dataDir, 'master.key');
  const stored = (await readKeyFile(path)) ?? (await createKeyFile(dataDir, path));
  return parseMasterKey(stored, path);
}

/** @throws {Error} naming where the text came from, never the text */
export function parseMasterKey(text: string, origin: string): Buffer {
  const trimmed = text.trim();
  if (hexKey.test(trimmed)) return Buffer.from(trimmed, 'hex');
  if (base64Key.test(trimmed)) return Buffer.from(trimmed, 'base64');
  throw new Error(`${origin} must be ${keyBytes} bytes as hex (64 characters) or base64 (44 characters).`);
}

async function readKeyFile(path: string): Promise<string | undefined> {
  try {
    const { mode } = await stat(path);
    if (process.platform !== 'win32' && (mode & othersMayRead) !== 0)
      throw new Error(`${path} may be read by other users; make it yours alone (chmod 600).`);
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Written beside and linked into place, so that a crash leaves no half key and the first of two processes wins. */
async function createKeyFile(dataDir: string, path: string): Promise<string> {
  await mkdir(dataDir, { recursive: true, mode: folderMode });
  const draft = join(dataDir, `.master.key.${randomUUID()}`);
  try {
    await writeDurably(draft, `${randomBytes(keyBytes).toString('hex')}\n`);
    await link(draft, path);
  } catch (error) {
    if (!isPresent(error)) throw error;
  } finally {
    await rm(draft, { force: true });
  }
  await syncFolder(dataDir);
  return readFile(path, 'utf8');
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', fileMode);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

const hasCode = (error: unknown, code: string): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === code;
const isMissing = (error: unknown): boolean => hasCode(error, 'ENOENT');
const isPresent = (error: unknown): boolean => hasCode(error, 'EEXIST');
