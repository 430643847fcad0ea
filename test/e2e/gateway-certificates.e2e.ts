import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { type AccessOffice, startAccessOffice } from '../support/access-office.js';
import { type Authority, makeAuthority } from '../support/certificates.js';
import { runProgram, type RunningProgram, until } from '../support/processes.js';

const startMs = 120_000;
const heardMs = 30_000;

let folder: string;
let ours: Authority;
let strangers: Authority;
let office: AccessOffice;
let floor: RunningProgram;
let gatewayId: string;
let machineId: string;
let settings: { readonly platform: object } & Readonly<Record<string, unknown>>;
let gateway: RunningProgram | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-certificates-'));
  ours = makeAuthority(folder, 'ours');
  strangers = makeAuthority(folder, 'strangers');
  const server = ours.issue('platform');
  const tls = { TLS_CERT_FILE: server.certificate, TLS_KEY_FILE: server.key, TLS_GATEWAY_CA_FILE: ours.file };
  office = await startAccessOffice(2, (node) => (node === 2 ? tls : {}));
  floor = runProgram('demo-floor/src/main.js', ['--data', folder, '--machines', '1', '--game-every-ms', '0'], {});
  await floor.printed('"ready":true', startMs);
  const { lines } = JSON.parse(readFileSync(join(folder, 'floor.json'), 'utf8')) as { lines: [{ url: string }] };

  const hallId = await office.hall('Rila');
  const { administrator } = office;
  const client = { name: 'Gateway', role: 'gateway', hallIds: [hallId] };
  const registered = await administrator.post<{ clientId: string; clientSecret: string }>('/api/v1/clients', client);
  const { clientId, clientSecret } = registered.body;
  gatewayId = clientId;
  const machine = { hallId, name: 'A-01', gatewayId, address: 1, serial: 'S1' };
  machineId = (await administrator.post<{ id: string }>('/api/v1/machines', machine)).body.id;
  settings = {
    ...{ gatewayId, hallId, dataDir: join(folder, 'gateway') },
    platform: { url: office.urls[1], clientId, clientSecret },
    lines: [{ url: lines[0].url, machines: [{ machineId, address: 1 }] }],
  };
}, startMs);
afterEach(async () => {
  await gateway?.stop();
});
afterAll(async () => {
  await Promise.all([office.stop(), floor.stop()]);
  await rm(folder, { recursive: true });
}, startMs);

/** The gateway's program with such certificates. */
function start(tls: object): RunningProgram {
  const file = join(folder, 'gateway.json');
  writeFileSync(file, JSON.stringify({ ...settings, platform: { ...settings.platform, tls } }));
  gateway = runProgram('gateway/src/main.js', ['--config', file], {});
  return gateway;
}

const state = async (): Promise<unknown> =>
  (await office.administrator.get<{ state: string }>(`/api/v1/machines/${machineId}`)).body.state;

describe('a platform that asks gateways for certificates', () => {
  it.each<[string, () => object]>([
    ['no certificate', () => ({})],
    ['one of another authority', () => strangers.issue(gatewayId)],
    ['one that names another client', () => ours.issue(office.administrator.token.slice(0, 20))],
  ])('takes no facts from a gateway that shows %s', async (_, shown) => {
    await start({ authority: ours.file, ...shown() }).printed('certificate_required', heardMs);
    expect(await state()).toBe('unknown');
  });

  it('takes facts as soon as a running gateway’s files hold its own', async () => {
    const [wrong, right] = [strangers.issue(gatewayId), ours.issue(gatewayId)];
    const running = start({ authority: ours.file, ...wrong });
    await running.printed('certificate_required', heardMs);
    copyFileSync(right.certificate, wrong.certificate);
    copyFileSync(right.key, wrong.key);
    await running.printed('the certificates were read again', heardMs);
    await until(async () => (await state()) === 'online', heardMs);
  });
});

describe('a gateway', () => {
  it('tells nothing to a platform of an authority that is not its own', async () => {
    await start({ authority: strangers.file, ...ours.issue(gatewayId) }).printed('platform is away', heardMs);
    expect(gateway?.output()).not.toContain('platform is back');
  });

  it('does not start with a key that is another’s, and says where', async () => {
    const { certificate } = ours.issue(gatewayId);
    const running = start({ certificate, key: ours.issue(gatewayId).key });
    await running.printed(`platform.tls.key: `, heardMs);
    expect(running.output()).toMatch(/line 1: platform\.tls\.key: .* is not the key of the certificate/);
  });
});
