import { fork } from 'node:child_process';

import type { Greed } from './greedy-client.js';
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
    const { url, otherToken: token } = platform;
    const wants = { path: `/api/v1/halls/${platform.hallId}` };
    await flood({ url, token, connections, seconds: 2, wants });
    const before = processorMs(platform.pid);
    const { answered } = await flood({ url, token, connections, seconds, wants });
    return ((processorMs(platform.pid) - before) * 1_000) / answered;
  } finally {
    await platform.stop();
  }
}

/** In a process of its own, so that it is the platform that is slowed, and not the one who measures: asks as fast as it can. */
export async function flood(greed: Greed): Promise<Counted> {
  const child = fork('test/bench/greedy-client.ts', [JSON.stringify(greed)], {
    execArgv: ['--import', './scripts/typescript.mjs'],
  });
  return new Promise((resolve, reject) => {
    let counted: Counted | undefined;
    child.once('message', (message) => (counted = message as Counted));
    child.once('error', reject);
    child.once('exit', (code) => {
      if (counted) resolve(counted);
      else reject(new Error(`The greedy client ended with ${code} and no count.`));
    });
  });
}
