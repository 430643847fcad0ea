import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  randomUUID,
} from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import jwt from 'jsonwebtoken';
import { MongoClient } from 'mongodb';

import type { Role } from '#kernel';
import { createSecrets } from '#secrets';

import { Api } from './api.js';
import { freePort, runProgram, type RunningProgram } from './processes.js';

const startMs = 120_000;
const firstPassword = 'first-password-1';

/** What can be wrong with a token that looks like one of ours. */
export const tokenFaults = [
  'none',
  'expired',
  'not yet valid',
  'forged',
  'wrong audience',
  'wrong issuer',
  'alg none',
  'HS256 with the public key',
] as const;
export type TokenFault = (typeof tokenFaults)[number];

interface Registered {
  readonly id: string;
  readonly api: Api;
}

/** A whole platform in so many nodes, an administrator, and whoever a test needs. */
export interface AccessOffice {
  readonly urls: readonly string[];
  readonly administrator: Api;
  /** Somebody of a role: a client, or a member of staff where only people can have it. */
  register(role: Role, hallIds: readonly string[] | '*'): Promise<Registered>;
  hall(name: string): Promise<string>;
  /** A token for a client that is wrong in one way; undefined is none at all. */
  faulty(fault: TokenFault, clientId: string): string | undefined;
  stop(): Promise<void>;
}

type Environment = Readonly<Record<string, string>>;

/** @param environment of all nodes, or of each by its number from 1 */
export async function startAccessOffice(
  nodes: number,
  environment: Environment | ((node: number) => Environment) = {},
): Promise<AccessOffice> {
  const folder = await mkdtemp(join(tmpdir(), 'access-'));
  const masterKey = randomBytes(32);
  const ports = [await freePort(), await freePort()];
  const programs: RunningProgram[] = ['embedded-eventstore', 'embedded-mongo'].map((engine, index) =>
    runProgram(`${engine}/src/main.js`, ['--port', `${ports[index]}`, '--data', join(folder, engine)], {}),
  );
  await Promise.all(programs.map((engine) => engine.printed('listening on', startMs)));
  const mongoUrl = `mongodb://127.0.0.1:${ports[1]}/?directConnection=true`;
  const urls: string[] = [];
  for (let node = 1; node <= nodes; node += 1) {
    const port = await freePort();
    const own = typeof environment === 'function' ? environment(node) : environment;
    const program = runProgram('platform/src/main.js', [], {
      EVENTSTORE_URL: `esdb://127.0.0.1:${ports[0]}?tls=false`,
      MONGODB_URL: mongoUrl,
      MASTER_KEY: masterKey.toString('hex'),
      FIRST_ADMINISTRATOR_PASSWORD: firstPassword,
      PORT: `${port}`,
      DATA_DIR: join(folder, `node-${node}`),
      ...own,
    });
    programs.push(program);
    await program.printed('platform ready', startMs);
    urls.push(`${'TLS_CERT_FILE' in own ? 'https' : 'http'}://127.0.0.1:${port}`);
  }
  const [url = ''] = urls;
  const credentials = { login: 'admin', password: firstPassword, newPassword: 'second-password-2' };
  const administrator = await Api.ofStaff(url, credentials);
  return {
    urls,
    administrator,
    register: (role, hallIds) => register(administrator, role, hallIds),
    hall: async (name) => {
      const hall = { name, currency: 'EUR', timeZone: 'Europe/Sofia', dayStart: '06:00' };
      return (await administrator.post<{ id: string }>('/api/v1/halls', hall)).body.id;
    },
    faulty: forger(await signingKey(mongoUrl, masterKey)),
    stop: async () => {
      for (const program of programs.reverse()) await program.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

async function register(administrator: Api, role: Role, hallIds: readonly string[] | '*'): Promise<Registered> {
  const { url } = administrator;
  if (role === 'integrator' || role === 'gateway' || role === 'regulator') {
    const wanted = { name: `A ${role}`, role, hallIds };
    const { body } = await administrator.post<{ clientId: string; clientSecret: string }>('/api/v1/clients', wanted);
    const { clientId, clientSecret } = body;
    return { id: clientId, api: await Api.ofClient(url, { clientId, clientSecret }) };
  }
  const [login, password] = [`${role}-${randomBytes(4).toString('hex')}`, 'a password of mine'];
  const wanted = { login, name: `A ${role}`, role, hallIds, password };
  const { body } = await administrator.post<{ staffId: string }>('/api/v1/staff', wanted);
  return { id: body.staffId, api: await Api.ofStaff(url, { login, password }) };
}

/** The platform's own signing key: what is forged with it is wrong in one way alone. */
async function signingKey(mongoUrl: string, masterKey: Buffer): Promise<{ kid: string; der: Buffer }> {
  const client = await MongoClient.connect(mongoUrl);
  const keys = client
    .db('tallyhall_keys')
    .collection<{ value: { kid: string; wrappedPrivateKey: string } }>('signing-keys');
  const stored = await keys.findOne();
  await client.close();
  if (!stored) throw new Error('There is no signing key.');
  return { kid: stored.value.kid, der: createSecrets(masterKey).unwrap(stored.value.wrappedPrivateKey) };
}

function forger({ kid, der }: { kid: string; der: Buffer }): AccessOffice['faulty'] {
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const publicPem = createPublicKey(key).export({ format: 'pem', type: 'spki' }).toString();
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const now = (): number => Math.floor(Date.now() / 1_000);
  const part = (content: object): string => Buffer.from(JSON.stringify(content)).toString('base64url');
  const header = { alg: 'ES256', typ: 'at+jwt', kid } as const;
  return (fault, clientId) => {
    const claims = {
      kind: 'client',
      sub: clientId,
      iss: 'tallyhall',
      aud: 'tallyhall',
      iat: now(),
      exp: now() + 900,
      jti: randomUUID(),
    };
    const sign = (change: object, by = key): string =>
      jwt.sign({ ...claims, ...change }, by, { algorithm: 'ES256', header });
    switch (fault) {
      case 'none':
        return undefined;
      case 'expired':
        return sign({ iat: now() - 1_000, exp: now() - 100 });
      case 'not yet valid':
        return sign({ nbf: now() + 600 });
      case 'forged':
        return sign({}, stranger);
      case 'wrong audience':
        return sign({ aud: 'another' });
      case 'wrong issuer':
        return sign({ iss: 'another' });
      case 'alg none':
        return `${part({ ...header, alg: 'none' })}.${part(claims)}.`;
      case 'HS256 with the public key': {
        const unsigned = `${part({ ...header, alg: 'HS256' })}.${part(claims)}`;
        return `${unsigned}.${createHmac('sha256', publicPem).update(unsigned).digest('base64url')}`;
      }
    }
  };
}
