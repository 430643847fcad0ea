import { type CommandError, damaged } from '../errors.js';

/** What LMDB calls pages that are not what it wrote, and what follows from them. Source: liblmdb/lmdb.h, return codes. */
const DAMAGE_CODES: ReadonlySet<unknown> = new Set([
  -30_797, // MDB_PAGE_NOTFOUND
  -30_796, // MDB_CORRUPTED
  -30_795, // MDB_PANIC
  -30_793, // MDB_INVALID
  -30_787, // MDB_CURSOR_FULL: deeper than a tree can be
  -30_786, // MDB_PAGE_FULL
  -30_782, // MDB_BAD_TXN
  -30_779, // MDB_PROBLEM
]);

/** What clients are told where LMDB came upon damage while the store was open; undefined for any other error. */
export function damageIn(error: unknown): CommandError | undefined {
  if (!(error instanceof Error)) return undefined;
  if (!('code' in error) || !DAMAGE_CODES.has(error.code)) return damageIn(error.cause);
  return damaged(`the store is damaged: ${error.message}. The next start names the page`);
}
