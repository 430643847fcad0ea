import { z } from 'zod';

import type { PersonalData } from '#personal-data';

/** Whom to call: personal data, so it is stored only sealed under the person's own key. */
export const contactSchema = z
  .strictObject({
    name: z.string().trim().min(1).max(200).meta({ example: 'Maria Ivanova' }),
    email: z.email().max(254).optional(),
    phone: z
      .string()
      .trim()
      .regex(/^[+0-9][0-9 ()./-]{3,31}$/, 'must be a telephone number')
      .optional(),
  })
  .readonly();
export type Contact = z.output<typeof contactSchema>;

const field = 'contact';

export const sealContact = (personalData: PersonalData, personId: string, contact: Contact): Promise<string> =>
  personalData.encrypt(personId, field, JSON.stringify(contact));

/** Null where there is none, and where the person was erased. */
export async function openContact(
  personalData: Pick<PersonalData, 'decrypt'>,
  sealed: { readonly personId: string; readonly sealedContact: string } | null,
): Promise<Contact | null> {
  const text = sealed && (await personalData.decrypt(sealed.personId, field, sealed.sealedContact));
  return text === null ? null : contactSchema.parse(JSON.parse(text));
}
