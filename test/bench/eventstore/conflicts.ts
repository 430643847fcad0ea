import { BACKWARDS, END, WrongExpectedVersionError } from '@eventstore/db-client';
import { benchEvent } from './appends.js';
import type { BenchServer } from './servers.js';

const cycles = 64;
const appendsEach = 20;
const simultaneous = 8;

/** Read-then-append cycles, each on a stream of its own: a conflict would be a false one. */
const falseConflicts = async ({ client }: BenchServer): Promise<number> => {
  let conflicts = 0;
  const cycle = async (stream: string): Promise<void> => {
    await client.appendToStream(stream, benchEvent());
    for (let turn = 0; turn < appendsEach; turn += 1) {
      for await (const { event } of client.readStream(stream, {
        direction: BACKWARDS,
        fromRevision: END,
        maxCount: 1,
      })) {
        await client
          .appendToStream(stream, benchEvent(), { expectedRevision: event?.revision ?? 0n })
          .catch((error) => {
            if (!(error instanceof WrongExpectedVersionError)) throw error;
            conflicts += 1;
          });
      }
    }
  };
  await Promise.all(Array.from({ length: cycles }, (_, number) => cycle(`cycle-${process.pid}-${number}`)));
  return conflicts;
};

const storedOfSimultaneous = async ({ client }: BenchServer): Promise<number> => {
  const [stream, event] = [`same-${process.pid}`, benchEvent()];
  await Promise.all(Array.from({ length: simultaneous }, () => client.appendToStream(stream, event)));
  let stored = 0;
  for await (const _ of client.readStream(stream)) stored += 1;
  return stored;
};

export const measureConflicts = async (engine: BenchServer): Promise<void> => {
  console.log(
    `  ${cycles} read-then-append cycles in flight: ${await falseConflicts(engine)} false conflicts (aim: 0)`,
  );
  console.log(`  ${simultaneous} appends of one id at once: ${await storedOfSimultaneous(engine)} stored (aim: 1)`);
};
