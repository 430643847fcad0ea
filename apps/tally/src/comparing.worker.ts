import { parentPort, workerData } from 'node:worker_threads';

import { LogCollections, storePages } from '#audit';
import { compareStretch, type Stretch } from '#tamper-log';

import type { CommandLine } from './command.js';
import type { ComparingAnswer } from './comparing-threads.js';
import { connectStores } from './stores.js';

/** A thread that compares stretches, one after the other. */
const connected = connectStores(workerData as CommandLine);
// Whoever is given a stretch hears of it.
connected.catch(() => undefined);

async function answerTo(stretch: Stretch): Promise<ComparingAnswer> {
  try {
    const { store, readModels } = await connected;
    const count = stretch.through === null ? Infinity : stretch.end - stretch.start;
    const events = storePages(store, stretch.after, count);
    return { agreed: await compareStretch(stretch, events, new LogCollections(readModels)) };
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.on(
  'message',
  (stretch: Stretch) => void answerTo(stretch).then((answer) => parentPort?.postMessage(answer)),
);
