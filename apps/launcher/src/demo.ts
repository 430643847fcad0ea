import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

import { type DemoFile, writeDemoFile, writePrivate } from './demo-file.js';
import { PlatformClient } from './platform-client.js';

/** What the demo floor says of itself in `floor.json`. */
export const floorSchema = z.looseObject({
  control: z.url(),
  lines: z.array(
    z.looseObject({
      url: z.string(),
      machines: z.array(z.looseObject({ address: z.int(), serial: z.string(), name: z.string() })),
    }),
  ),
});
export type Floor = z.output<typeof floorSchema>;

const draftSchema = z.strictObject({
  administrator: z.string(),
  cashier: z.string(),
  manager: z.string(),
  /** Missing where an earlier version began the preparation. */
  regulator: z.string().optional(),
  firstPassword: z.string(),
});
type Draft = z.output<typeof draftSchema>;

const hall = { name: 'Casino Rila', currency: 'EUR', timeZone: 'Europe/Sofia', dayStart: '06:00' };
const players = [
  { name: 'Elena Petrova', deposit: 25_000 },
  { name: 'Georgi Ivanov', deposit: 10_000 },
  { name: 'Maria Dimitrova', deposit: 5_000 },
];

/** Passwords are chosen, and durable, before anybody is given them: a crash in between changes nothing. */
export function demoDraft(dataDir: string): Draft {
  const file = join(dataDir, 'demo-passwords.json');
  if (existsSync(file)) return draftSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const password = (): string => randomBytes(9).toString('base64url');
  const [administrator, cashier, manager, regulator] = [password(), password(), password(), password()];
  const draft = { administrator, cashier, manager, regulator, firstPassword: password() };
  writePrivate(file, draft);
  return draft;
}

export interface DemoPreparation {
  readonly url: string;
  readonly dataDir: string;
  readonly draft: Draft;
  readonly floor: Floor;
}

/**
 * Creates the demo hall through the platform's own API. Every command has a fixed key, so that a preparation that was
 * interrupted is simply made again, with the same result.
 */
export async function prepareDemo({ url, dataDir, draft, floor }: DemoPreparation): Promise<DemoFile> {
  const platform = new PlatformClient(url);
  await signInAsAdministrator(platform, draft);
  const { id: hallId } = await platform.post<{ id: string }>('/api/v1/halls', hall, 'demo-hall');
  const [integrator, regulator, gateway] = await Promise.all(
    (['integrator', 'regulator', 'gateway'] as const).map((role) =>
      platform.post<{ clientId: string; clientSecret: string }>(
        '/api/v1/clients',
        { name: `Demo ${role}`, role, hallIds: [hallId] },
        `demo-${role}`,
      ),
    ),
  );
  if (!integrator || !regulator || !gateway) throw new TypeError('three clients were registered');
  await staff(platform, hallId, 'cashier', 'Petar Kolev', draft.cashier);
  await staff(platform, hallId, 'manager', 'Ana Stoyanova', draft.manager);
  if (draft.regulator !== undefined) await staff(platform, hallId, 'regulator', 'Iva Marinova', draft.regulator);
  const machines = await registerMachines(platform, hallId, gateway.clientId, floor);
  writeGatewayConfig(dataDir, { url, hallId, gateway, floor, machines });
  await firstPlayers(url, hallId, integrator);
  const demo: DemoFile = {
    url,
    hallId,
    clients: { integrator: credentials(integrator), regulator: credentials(regulator), gateway: credentials(gateway) },
    staff: {
      cashier: { login: 'cashier', password: draft.cashier },
      manager: { login: 'manager', password: draft.manager },
      ...(draft.regulator === undefined ? {} : { regulator: { login: 'regulator', password: draft.regulator } }),
      administrator: { login: 'admin', password: draft.administrator },
    },
  };
  writeDemoFile(dataDir, demo);
  return demo;
}

interface Client {
  readonly clientId: string;
  readonly clientSecret: string;
}

const credentials = ({ clientId, clientSecret }: Client): Client => ({ clientId, clientSecret });

/** The first password works once; after an interruption the chosen one may be in force already. */
async function signInAsAdministrator(platform: PlatformClient, draft: Draft): Promise<void> {
  try {
    await platform.signIn('admin', draft.administrator);
  } catch {
    await platform.signIn('admin', draft.firstPassword, draft.administrator);
  }
}

async function staff(
  platform: PlatformClient,
  hallId: string,
  role: string,
  name: string,
  password: string,
): Promise<void> {
  await platform.post('/api/v1/staff', { login: role, name, role, hallIds: [hallId], password }, `demo-${role}`);
}

/** Machine ids by serial. */
async function registerMachines(
  platform: PlatformClient,
  hallId: string,
  gatewayId: string,
  floor: Floor,
): Promise<Map<string, string>> {
  const registered = new Map<string, string>();
  for (const { machines } of floor.lines) {
    for (const { address, serial, name } of machines) {
      const body = { hallId, name, gatewayId, address, serial };
      const { id } = await platform.post<{ id: string }>('/api/v1/machines', body, `demo-machine-${serial}`);
      registered.set(serial, id);
    }
  }
  return registered;
}

async function firstPlayers(url: string, hallId: string, integrator: Client): Promise<void> {
  const platform = new PlatformClient(url);
  await platform.authenticate(integrator.clientId, integrator.clientSecret);
  for (const [index, { name, deposit }] of players.entries()) {
    const { playerId } = await platform.post<{ playerId: string }>(
      '/api/v1/players',
      { hallId, name },
      `demo-player-${index}`,
    );
    const amount = { value: deposit, currency: hall.currency };
    await platform.post(
      `/api/v1/wallets/${playerId}/deposits`,
      { amount, reason: 'First deposit' },
      `demo-deposit-${index}`,
    );
  }
}

/** Takes over a changed port, host or data directory into what an earlier start left. */
export function relocateDemo(demo: DemoFile, url: string, dataDir: string): DemoFile {
  const file = gatewayConfigFile(dataDir);
  const config = relocatedSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const gatewayDir = join(dataDir, 'gateway');
  if (demo.url === url && config.platform.url === url && config.dataDir === gatewayDir) return demo;
  writePrivate(file, { ...config, platform: { ...config.platform, url }, dataDir: gatewayDir });
  const relocated = { ...demo, url };
  writeDemoFile(dataDir, relocated);
  return relocated;
}

const relocatedSchema = z.looseObject({ platform: z.looseObject({ url: z.string() }), dataDir: z.string() });

interface GatewayConfiguration {
  readonly url: string;
  readonly hallId: string;
  readonly gateway: Client;
  readonly floor: Floor;
  readonly machines: ReadonlyMap<string, string>;
}

export const gatewayConfigFile = (dataDir: string): string => join(dataDir, 'gateway.json');

function writeGatewayConfig(dataDir: string, { url, hallId, gateway, floor, machines }: GatewayConfiguration): void {
  writePrivate(gatewayConfigFile(dataDir), {
    gatewayId: gateway.clientId,
    hallId,
    platform: { url, clientId: gateway.clientId, clientSecret: gateway.clientSecret },
    dataDir: join(dataDir, 'gateway'),
    timeZone: hall.timeZone,
    lines: floor.lines.map((line) => ({
      url: line.url,
      machines: line.machines.map(({ address, serial }) => ({ machineId: machines.get(serial), address })),
    })),
  });
}
