import { START } from '@eventstore/db-client';
import { benchEvent } from './appends.js';
import type { BenchServer } from './servers.js';

const [appendEvents, appendsInFlight] = [5, 64];

/** Fills an empty store with so many events, five in each append, in turn to each of `streams` streams `bench-<number>`. */
export const fillIfEmpty = async (engine: BenchServer, events: number, streams: number): Promise<void> => {
  if (!(await isEmpty(engine))) return;
  let appended = 0;
  const writer = async (): Promise<void> => {
    while (appended * appendEvents < events) {
      appended += 1;
      await engine.client.appendToStream(
        `bench-${appended % streams}`,
        Array.from({ length: appendEvents }, benchEvent),
      );
    }
  };
  await Promise.all(Array.from({ length: appendsInFlight }, writer));
};

const isEmpty = async ({ client }: BenchServer): Promise<boolean> => {
  for await (const _ of client.readAll({ fromPosition: START, maxCount: 1 })) return false;
  return true;
};
