import { fork } from 'node:child_process';

import { startPlatform } from './platform.js';
import { processorMs } from './process-usage.js';

export interface RefusalCost {
  /** Processor time of the platform for each call, in microseconds. */
  readonly served: number;
  readonly refused: number;
}

export interface Counted {
  readonly answered: number;
  readonly refused: number;
}

/** More than are held back at a time: the rest is refused at once. */
const manyConnections = 1_300;
const fewConnections = 16;

/** What a call costs the platform that it serves, and one that it refuses because the caller calls too often. */
export async function measureRefusals(seconds: number): Promise<RefusalCost> {
  return {
    served: await costOf('read=100000', fewConnections, seconds),
    refused: await costOf('read=1:1', manyConnections, seconds),
  };
}

async function costOf(limits: string, connections: number, seconds: number): Promise<number> {
  const platform = await startPlatform(1, { RATE_LIMITS: `sign-in=1000,total=100000,${limits}` });
  try {
    const path = `${platform.url}/api/v1/halls/${platform.hallId}`;
    await flood(path, platform.otherToken, connections, 2);
    const before = processorMs(platform.pid);
    const { answered } = await flood(path, platform.otherToken, connections, seconds);
    return ((processorMs(platform.pid) - before) * 1_000) / answered;
  } finally {
    await platform.stop();
  }
}

/** In a process of its own, so that it is the platform that is slowed, and not the one who measures: asks as fast as it can. */
export async function flood(url: string, token: string, connections: number, seconds: number): Promise<Counted> {
  const args = [url, token, `${connections}`, `${seconds}`];
  const child = fork('test/bench/greedy-client.ts', args, { execArgv: ['--import', './scripts/typescript.mjs'] });
  return new Promise((resolve, reject) => {
    child.once('message', (counted) => resolve(counted as Counted));
    child.once('error', reject);
  });
}
