import { generateKeyPairSync, type KeyObject } from 'node:crypto';

import { beforeAll, describe, expect, it } from '@jest/globals';
import jwt, { type JwtHeader, type SignOptions } from 'jsonwebtoken';

import { createSecrets } from '#secrets';

import { memorySigningKeys } from './access.test-support.js';
import { SigningKeys, type StoredSigningKey } from './signing-keys.js';
import { Tokens } from './tokens.js';

const subject = { kind: 'client', id: '7d444840-9dc0-41d1-b245-5ffdce74fad2' } as const;
const options = { issuer: 'tallyhall', audience: 'tallyhall-api' };
const secrets = createSecrets(Buffer.alloc(32, 1));

let keys: SigningKeys;
let sut: Tokens;
let at = Date.now();
beforeAll(async () => {
  keys = await SigningKeys.open(memorySigningKeys(), secrets, () => new Date(at));
  sut = new Tokens(keys, options, () => at);
});

const refused = (token: string): Promise<void> =>
  expect(sut.verify(token)).rejects.toMatchObject({ refusal: { status: 401, code: 'token_invalid' } });

/** A token as ours, but for what the test changes. */
function forge(
  { claims = {}, header = {}, ...rest }: { claims?: object; header?: Partial<JwtHeader> } & Omit<SignOptions, 'header'>,
  key: KeyObject | string | null = keys.current.privateKey,
): string {
  return jwt.sign({ kind: subject.kind, ...claims }, key ?? '', {
    algorithm: 'ES256',
    issuer: options.issuer,
    audience: options.audience,
    subject: subject.id,
    expiresIn: 900,
    header: { alg: 'ES256', typ: 'at+jwt', kid: keys.current.kid, ...header },
    ...rest,
  });
}
const part = (content: object): string => Buffer.from(JSON.stringify(content)).toString('base64url');

describe('a token', () => {
  it('names its subject and lives 15 minutes', async () => {
    const token = sut.issue(subject);
    const { header, payload } = jwt.decode(token, { complete: true }) ?? {};
    expect(header).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: keys.current.kid });
    expect(payload).toMatchObject({ iss: 'tallyhall', aud: 'tallyhall-api', sub: subject.id, kind: 'client' });
    const { expiresAt, ...verified } = await sut.verify(token);
    expect(verified).toEqual(subject);
    expect(expiresAt).toBe(Math.floor(at / 1000) * 1000 + 900_000);
  });

  it('as this test forges it is taken, so that each refusal below has one cause', async () => {
    expect(await sut.verify(forge({}))).toMatchObject(subject);
  });

  it('ends', async () => {
    const token = sut.issue(subject);
    at += 900_000;
    await expect(sut.verify(token)).rejects.toMatchObject({ refusal: { status: 401, code: 'token_expired' } });
    at -= 900_000;
    await expect(sut.verify(forge({ expiresIn: -1 }))).rejects.toMatchObject({ refusal: { code: 'token_expired' } });
  });

  it('is refused when another key signed it', async () => {
    await refused(forge({}, generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey));
  });

  it('is refused without a signature', async () => {
    await refused(forge({ algorithm: 'none', header: { alg: 'none' } }, null));
    const [header, claims] = sut.issue(subject).split('.');
    await refused(`${header}.${claims}.`);
    await refused(`${part({ alg: 'none', typ: 'at+jwt', kid: keys.current.kid })}.${claims}.`);
  });

  it('is refused when the public key was taken for a shared secret', async () => {
    const pem = (await keys.publicKey(keys.current.kid)) ?? '';
    await refused(forge({ algorithm: 'HS256', header: { alg: 'HS256' } }, pem));
  });

  it('is refused when its claims were changed', async () => {
    const [header, , signature] = sut.issue(subject).split('.');
    const { payload } = jwt.decode(sut.issue(subject), { complete: true }) ?? {};
    await refused(
      `${header}.${part({ ...(payload as object), sub: 'a3bb189e-8bf9-4888-9912-ace4e6543002' })}.${signature}`,
    );
  });

  it.each<[string, () => string]>([
    ['another audience', () => forge({ audience: 'other-api' })],
    ['another issuer', () => forge({ issuer: 'other' })],
    ['a time to come', () => forge({ notBefore: 60 })],
    ['another type', () => forge({ header: { typ: 'JWT' } })],
    ['an unknown key', () => forge({ header: { kid: 'unknown' } })],
    ['no key id', () => forge({ header: { kid: '' } })],
    ['an address of keys', () => forge({ header: { jku: 'https://example.org/jwks.json' } })],
    ['an address of certificates', () => forge({ header: { x5u: 'https://example.org/cert.pem' } })],
    ['something critical', () => forge({ header: { crit: ['exp'] } })],
    ['a content type', () => forge({ header: { cty: 'JWT' } })],
    ['no session id but something else', () => forge({ claims: { sid: 'mine' } })],
    ['another kind', () => forge({ claims: { kind: 'machine' } })],
    ['no subject', () => forge({ subject: 'somebody' })],
    ['too much', () => forge({ claims: { filling: 'x'.repeat(3_000) } })],
  ])('is refused with %s', async (_, token) => {
    await refused(token());
  });

  it.each(['', 'a', 'a.b', 'a.b.c', '....', '\u0000'])('is not %p', async (text) => {
    await refused(text);
  });
});

describe('signing keys', () => {
  it('are made once, and shared by all processes', async () => {
    const store = memorySigningKeys();
    const clock = (): Date => new Date(0);
    const opened = await Promise.all([
      SigningKeys.open(store, secrets, clock),
      SigningKeys.open(store, secrets, clock),
    ]);
    expect(store.stored.size).toBe(1);
    expect(new Set(opened.map(({ current }) => current.kid)).size).toBe(1);
    const restarted = await SigningKeys.open(store, secrets, clock);
    const token = new Tokens(restarted, options, () => at).issue(subject);
    const [first] = opened;
    expect(first && (await new Tokens(first, options, () => at).verify(token))).toMatchObject(subject);
  });

  it('lie wrapped, and open under no other master key', async () => {
    const store = memorySigningKeys();
    await SigningKeys.open(store, secrets, () => new Date(0));
    const [stored] = store.stored.values();
    expect(stored?.wrappedPrivateKey).toMatch(/^v1\./);
    expect(JSON.stringify(stored)).not.toContain('"d"');
    const stranger = SigningKeys.open(store, createSecrets(Buffer.alloc(32, 9)), () => new Date(0));
    await expect(stranger).rejects.toThrow('cannot be read');
  });

  it('are rotated: published first, signing a minute later, verifying until their tokens are over, then gone', async () => {
    const store = memorySigningKeys();
    let time = Date.now();
    const clock = (): Date => new Date(time);
    const [here, there] = [
      await SigningKeys.open(store, secrets, clock),
      await SigningKeys.open(store, secrets, clock),
    ];
    const tokensAt = (keys: SigningKeys): Tokens => new Tokens(keys, options, () => time);
    const old = tokensAt(here).issue(subject);
    const oldKid = here.current.kid;
    const { kid } = await here.add('es256-new');
    expect((await here.add('es256-new')).kid).toBe(kid);
    await there.refresh();
    expect(there.jwks().keys).toMatchObject([{ kid: oldKid }, { kid }]);
    expect(here.list().map(({ state }) => state)).toEqual(['signing', 'upcoming']);
    expect([here.current.kid, there.current.kid]).toEqual([oldKid, oldKid]);

    time += 60_000;
    expect([here.current.kid, there.current.kid]).toEqual([kid, kid]);
    for (const keys of [here, there]) {
      expect(await tokensAt(keys).verify(old)).toMatchObject(subject);
      expect(await tokensAt(here).verify(tokensAt(keys).issue(subject))).toMatchObject(subject);
    }
    time += 16 * 60_000;
    expect(await here.publicKey(oldKid)).toBeUndefined();
    expect(here.jwks().keys).toMatchObject([{ kid }]);
    expect(here.list().map(({ state }) => state)).toEqual(['retired', 'signing']);
  });

  it('of another process are found when a token names one, not at every forgery', async () => {
    const store = memorySigningKeys();
    let reads = 0;
    const counted = { ...store, list: () => ((reads += 1), store.list()) };
    let time = 10_000;
    const open = await SigningKeys.open(counted, secrets, () => new Date(time));
    const other = memorySigningKeys();
    await SigningKeys.open(other, secrets, () => new Date(time));
    const [added] = other.stored.values() as Iterable<StoredSigningKey>;
    if (added) store.stored.set('es256-00002', added);
    expect(await open.publicKey(added?.kid ?? '')).toContain('BEGIN PUBLIC KEY');
    expect(open.current.kid).toBe(added?.kid);
    for (let forgery = 0; forgery < 10; forgery += 1) expect(await open.publicKey(`x${forgery}`)).toBeUndefined();
    expect(reads).toBe(2);
    time += 5_000;
    expect(await open.publicKey('x')).toBeUndefined();
    expect(reads).toBe(3);
  });
});
