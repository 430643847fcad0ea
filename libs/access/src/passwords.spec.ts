import { describe, expect, it } from '@jest/globals';

import { createSecrets } from '#secrets';

import { PasswordVault, randomPassword } from './password-vault.js';
import { hashPassword, verifyPassword } from './passwords.js';

const golden = '$scrypt$ln=14,r=8,p=5$AAECAwQFBgcICQoLDA0ODw$1R9aSMtre0xzBbvXRh8rJCrEi4UuO81fOKNB0L6vEmg';

describe('a password hash', () => {
  it('is verified as it was years ago', async () => {
    expect(await verifyPassword('correct horse battery', golden)).toBe(true);
    expect(await verifyPassword('correct horse batterz', golden)).toBe(false);
  });

  it('carries its cost and its own salt', async () => {
    const [one, two] = await Promise.all([hashPassword('secret words'), hashPassword('secret words')]);
    expect(one).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(one).not.toBe(two);
    expect(await verifyPassword('secret words', one)).toBe(true);
  });

  it('takes one character for one, however it is composed', async () => {
    const stored = await hashPassword('caf\u00e9 au lait');
    expect(await verifyPassword('cafe\u0301 au lait', stored)).toBe(true);
  });

  it('is never verified where there is none', async () => {
    expect(await verifyPassword('', undefined)).toBe(false);
  });

  it.each(['', 'secret', '$scrypt$ln=14,r=8$x$y'])('is not %p', async (stored) => {
    await expect(verifyPassword('x', stored)).rejects.toThrow('is not one');
  });
});

describe('the vault of passwords', () => {
  const sut = new PasswordVault(createSecrets(Buffer.alloc(32, 1)));
  const staffId = '7d444840-9dc0-41d1-b245-5ffdce74fad2';

  it('seals hashes to a person and a master key', async () => {
    const sealed = await sut.sealedHash(staffId, 'secret words');
    expect(sealed).toMatch(/^v1\./);
    expect(await sut.verify(staffId, 'secret words', sealed)).toBe(true);
    expect(await sut.verify(staffId, 'other words', sealed)).toBe(false);
    const another = new PasswordVault(createSecrets(Buffer.alloc(32, 2)));
    expect(() => another.verify(staffId, 'secret words', sealed)).toThrow('cannot be read');
    expect(() => sut.verify('somebody else', 'secret words', sealed)).toThrow('cannot be read');
  });

  it('gives a command one one-time password, and every command its own', () => {
    expect(sut.oneTimePassword(staffId, 'c1')).toBe(sut.oneTimePassword(staffId, 'c1'));
    expect(sut.oneTimePassword(staffId, 'c1')).not.toBe(sut.oneTimePassword(staffId, 'c2'));
    expect(sut.oneTimePassword(staffId, 'c1')).toMatch(/^([a-km-z2-9]{5}-){3}[a-km-z2-9]{5}$/);
    expect(randomPassword()).not.toBe(randomPassword());
  });
});
