import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';

import { z } from 'zod';

const lineSchema = z.object({
  /** `tcp://127.0.0.1:PORT`, with `?raw` for plain bytes. */
  url: z.url(),
  machines: z.array(z.object({ address: z.int().min(1).max(127), serial: z.string(), name: z.string() })),
});

const floorSchema = z.object({
  version: z.literal(1),
  lines: z.array(lineSchema),
  /** Address of the control interface. */
  control: z.url(),
});

/** What a gateway, a test or a tutorial needs to know of the floor: `floor.json` in its data folder. */
export type FloorDescription = z.output<typeof floorSchema>;

export const floorFile = (dataDir: string): string => join(dataDir, 'floor.json');

/**
 * The floor of last time, or null when there was none.
 * @throws {Error} when the file is there and is none
 */
export async function readFloor(dataDir: string): Promise<FloorDescription | null> {
  const path = floorFile(dataDir);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    return floorSchema.parse(JSON.parse(text));
  } catch {
    throw new Error(`${path} is not the description of a floor: delete it to have new ports chosen`);
  }
}

/** Replaces the description in one step; whoever reads sees the old one or the new one. */
export async function writeFloor(dataDir: string, floor: FloorDescription): Promise<void> {
  const path = floorFile(dataDir);
  const fresh = `${path}.new`;
  const file = await open(fresh, 'w', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(floor, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(fresh, path);
}

export const portOf = (url: string): number => Number(new URL(url).port);
