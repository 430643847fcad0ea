import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

const client = z.strictObject({ clientId: z.string(), clientSecret: z.string() });
const staff = z.strictObject({ login: z.string(), password: z.string() });

/** `DATA_DIR/demo.json`: where the demo is and how to sign in, for scripts. */
export const demoFileSchema = z.strictObject({
  url: z.string(),
  hallId: z.string(),
  clients: z.strictObject({ integrator: client, regulator: client, gateway: client }),
  /** A demo of an earlier version has no regulator among its staff. */
  staff: z.strictObject({ cashier: staff, manager: staff, regulator: staff.optional(), administrator: staff }),
});
export type DemoFile = z.output<typeof demoFileSchema>;

const fileOf = (dataDir: string): string => join(dataDir, 'demo.json');

export function readDemoFile(dataDir: string): DemoFile | undefined {
  const file = fileOf(dataDir);
  return existsSync(file) ? demoFileSchema.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
}

/** Whole or not at all, and readable by its owner alone. */
export function writeDemoFile(dataDir: string, demo: DemoFile): void {
  writePrivate(fileOf(dataDir), demo);
}

export function writePrivate(file: string, content: object): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
}
