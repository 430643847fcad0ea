import { mkdir } from 'node:fs/promises';
import type { Server } from 'node:http';
import { join } from 'node:path';

import { serveLine, type ServedLine } from '#sas';

import { controlServer, type ControlledFloor } from './control.js';
import { readFloor, writeFloor, type FloorDescription } from './floor-file.js';
import type { FloorOptions } from './options.js';
import { planFloor, type PlannedLine } from './plan.js';
import { Seat } from './seat.js';

const host = '127.0.0.1';
/** How often people and machines are asked what they do; also the finest time of a game's end. */
const tickMs = 100;
const minuteMs = 60_000;

export interface RunningFloor {
  readonly description: FloorDescription;
  close(): Promise<void>;
}

function withPlace(error: NodeJS.ErrnoException, place: string, port: number): Error {
  if (error.code !== 'EADDRINUSE') return error;
  return new Error(`port ${port} of ${place} is taken on ${host}: free it, or start with another --port`);
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(withPlace(error, 'the control interface', port)));
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return address !== null && typeof address === 'object' ? address.port : port;
}

const urlOf = (port: number, raw: boolean): string => `tcp://${host}:${port}${raw ? '?raw' : ''}`;

async function startLines(
  planned: readonly PlannedLine[],
  { dataDir, raw }: FloorOptions,
  failed: (error: unknown) => void,
): Promise<ServedLine[]> {
  const folder = join(dataDir, 'machines');
  const lines: ServedLine[] = [];
  try {
    for (const [index, { port, machines }] of planned.entries()) {
      const blank = machines.map(({ machine }) => machine);
      const serving = serveLine({ host, port, raw, folder, machines: blank, now: Date.now, failed });
      lines.push(
        await serving.catch((error: NodeJS.ErrnoException) => {
          throw withPlace(error, `line ${index + 1}`, port);
        }),
      );
    }
    return lines;
  } catch (error) {
    await Promise.all(lines.map((line) => line.close()));
    throw error;
  }
}

function describe(
  planned: readonly PlannedLine[],
  lines: readonly ServedLine[],
  raw: boolean,
): FloorDescription['lines'] {
  return lines.map(({ port }, index) => ({
    url: urlOf(port, raw),
    machines: (planned[index]?.machines ?? []).map(({ name, machine: { address, serial } }) => ({
      address,
      serial,
      name,
    })),
  }));
}

const seatsOf = (
  planned: readonly PlannedLine[],
  lines: readonly ServedLine[],
  description: FloorDescription['lines'],
  seed: number,
): Seat[] =>
  lines.flatMap(({ machines }, line) =>
    machines.map(
      (machine, place) =>
        new Seat(planned[line]?.machines[place]?.name ?? '', description[line]?.url ?? '', machine, seed),
    ),
  );

/**
 * Starts the floor: every machine powered up from its memory, its line listening, its people around it, and all of that written
 * down in `floor.json`.
 * @param failed called when a machine's disk fails; the floor cannot go on then
 * @throws when a port is taken or a memory cannot be read
 */
export async function startFloor(options: FloorOptions, failed: (error: unknown) => void): Promise<RunningFloor> {
  await mkdir(options.dataDir, { recursive: true });
  const last = await readFloor(options.dataDir);
  const plan = planFloor(options, last, -new Date().getTimezoneOffset() * minuteMs);
  const lines = await startLines(plan.lines, options, failed);
  const described = describe(plan.lines, lines, options.raw);
  const seats = seatsOf(plan.lines, lines, described, options.seed);
  const floor: ControlledFloor = { seats, now: Date.now, gameEveryMs: options.gameEveryMs };
  const server = controlServer(floor);
  const ticking = setInterval(() => {
    for (const seat of seats) seat.live(floor.gameEveryMs, Date.now()).catch(failed);
  }, tickMs);
  const close = async (): Promise<void> => {
    clearInterval(ticking);
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
    await Promise.all(lines.map((line) => line.close()));
  };
  try {
    const control = `http://${host}:${await listen(server, plan.controlPort)}`;
    const description: FloorDescription = { version: 1, lines: described, control };
    await writeFloor(options.dataDir, description);
    return { description, close };
  } catch (error) {
    await close();
    throw error;
  }
}
