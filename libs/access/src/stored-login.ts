import { z } from 'zod';

import type { PersonalData } from '#personal-data';

/** What people type to sign in. Capitals make no difference. */
export const loginSchema = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9._@-]{1,63}$/, 'must be 2 to 64 letters, digits, dots, dashes, underscores or @')
  .meta({ example: 'maria' });

/** A login as it is stored: sealed under the person's own key, or, where it was stored before logins were sealed, in the clear. */
export const storedLoginSchema = z.union([
  z.strictObject({ sealed: z.string().min(1).max(2_000) }),
  z.strictObject({ clear: loginSchema }),
]);
export type StoredLogin = z.output<typeof storedLoginSchema>;

const field = 'login';

export const sealLogin = async (
  personalData: Pick<PersonalData, 'encrypt'>,
  staffId: string,
  login: string,
): Promise<StoredLogin> => ({ sealed: await personalData.encrypt(staffId, field, login) });

/** Null once the person was erased. */
export async function openLogin(
  personalData: Pick<PersonalData, 'decrypt'>,
  staffId: string,
  login: StoredLogin | null,
): Promise<string | null> {
  if (login === null) return null;
  return 'clear' in login ? login.clear : personalData.decrypt(staffId, field, login.sealed);
}
