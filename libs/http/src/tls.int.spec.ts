import { copyFileSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { get, type RequestOptions, Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { certifiedClient } from './certified-client.js';
import { startThings, type Things } from './things.test-support.js';
import { readTls, reloadTls } from './tls-files.js';

const given = (name: string): string => fileURLToPath(new URL(`./testing/certificates/${name}`, import.meta.url));
const client = '7d444840-9dc0-41d1-b245-5ffdce74fad2';

let folder: string;
let sut: Things;
const seen: (string | null)[] = [];
const paths = () => ({
  certificate: join(folder, 'cert.pem'),
  key: join(folder, 'key.pem'),
  gatewayAuthority: given('gateways-ca.pem'),
});
let changes = 0;
/** Files whose time differs from any before, however coarse the clock of the file system is. */
function install(certificate: string, key: string): void {
  changes += 1;
  copyFileSync(given(certificate), paths().certificate);
  copyFileSync(given(key), paths().key);
  for (const file of [paths().certificate, paths().key]) utimesSync(file, 1_000_000 + changes, 1_000_000 + changes);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tls-'));
  install('server-one.pem', 'server-one.key');
  sut = await startThings({ tls: readTls(paths()) }, (request) => void seen.push(certifiedClient(request)));
});
afterAll(async () => {
  await sut.close();
  rmSync(folder, { recursive: true });
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: NodeJS.Dict<string | string[]>;
  /** The common name of the server's certificate. */
  readonly server: string | string[] | undefined;
}

/** A request over a connection of its own. */
const ask = (options: RequestOptions = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const url = new URL('/api/v1/things', sut.url.replace('http:', 'https:'));
    get(url, { agent: false, rejectUnauthorized: false, ...options }, (response) => {
      const server = (response.socket as TLSSocket).getPeerCertificate().subject.CN;
      response.resume().on('end', () => resolve({ status: response.statusCode, headers: response.headers, server }));
    }).on('error', reject);
  });

describe('HTTPS', () => {
  it('is served, and says that it is to stay', async () => {
    const { server, headers } = await ask();
    expect(server).toBe('server-one');
    expect(headers['strict-transport-security']).toBe('max-age=31536000');
  });

  it.each(['TLSv1.1', 'TLSv1'] as const)('is not spoken as %s', async (maxVersion) => {
    await expect(ask({ minVersion: 'TLSv1', maxVersion })).rejects.toThrow();
  });

  it('takes a new certificate when the files change, and keeps the one before when they make no sense', async () => {
    const { server } = sut.app.getHttpAdapter().getInstance();
    const told: unknown[] = [];
    const stop = reloadTls(
      (context) => (server instanceof Server ? server.setSecureContext(context) : undefined),
      paths(),
      (error) => told.push(error),
      5,
    );
    const toldAgain = async (count: number): Promise<void> => {
      while (told.length < count) await nextTurn();
    };
    install('server-two.pem', 'server-two.key');
    await toldAgain(1);
    expect((await ask()).server).toBe('server-two');
    const before = told.length;
    install('server-one.pem', 'server-two.key');
    await toldAgain(before + 1);
    expect(String(told.at(-1))).toContain('is not the key of the certificate');
    expect((await ask()).server).toBe('server-two');
    stop();
  });

  it('does not start without files that belong together', () => {
    const broken = join(folder, 'broken.pem');
    writeFileSync(broken, 'nonsense');
    const certificate = given('server-one.pem');
    expect(() => readTls({ certificate, key: join(folder, 'none.pem') })).toThrow('none.pem cannot be read');
    expect(() => readTls({ certificate, key: given('server-two.key') })).toThrow('is not the key of the certificate');
    expect(() => readTls({ certificate: broken, key: given('server-one.key') })).toThrow();
  });
});

describe('a client certificate', () => {
  const shown = (name: string): RequestOptions => ({
    cert: readFileSync(given(`${name}.pem`)),
    key: readFileSync(given(`${name}.key`)),
  });

  it.each<[string, () => RequestOptions, string | null]>([
    ['none', () => ({}), null],
    ['one of our authority', () => shown('gateway'), client],
    ['one that names the same client, of another authority', () => shown('stranger'), null],
  ])('%s', async (_, options, expected) => {
    seen.length = 0;
    await ask(options());
    expect(seen).toEqual([expected]);
  });
});
