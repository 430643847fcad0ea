import { DomainError } from '#kernel';

/** Where a page ended: the creation of its last document. */
export const encodeCursor = (created: bigint): string => Buffer.from(`1.${created}`).toString('base64url');

const newest = 2n ** 63n - 1n;

/** @throws {DomainError} `cursor_invalid`: not one of {@link encodeCursor}'s */
export function decodeCursor(cursor: string): bigint {
  const digits = /^1\.(\d{1,19})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'))?.[1];
  const created = digits === undefined ? undefined : BigInt(digits);
  if (created === undefined || created > newest || encodeCursor(created) !== cursor)
    throw new DomainError('cursor_invalid', 'The cursor is not one that this platform gave.', { pointer: '/cursor' });
  return created;
}
