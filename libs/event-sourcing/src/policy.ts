import { setTimeout as pause } from 'node:timers/promises';

import type { RecordedEvent } from '#kernel';

import type { Feed, FeedEvent } from './feed.js';

/** A process manager: reacts to events by commands. Reacting to the same event again must be harmless. */
export interface Policy {
  readonly name: string;
  readonly handles: readonly string[];
  /** A throw is retried, with a growing pause, before any later event; so is an event that cannot be read. */
  readonly react: (event: RecordedEvent) => Promise<void>;
}

/** Where a policy's progress is kept. */
export interface CheckpointStore {
  load(name: string): Promise<bigint | undefined>;
  save(name: string, position: bigint): Promise<void>;
}

export interface PolicyRun {
  readonly feed: Feed;
  readonly checkpoints: CheckpointStore;
  readonly signal: AbortSignal;
  readonly onFailure: (policy: Policy, event: RecordedEvent, error: unknown) => void;
}

const maximumBatch = 200;
const firstPauseMs = 100;
const lastPauseMs = 10_000;

/** Runs a policy over the log until the signal aborts: every event once, or again after a crash. */
export async function runPolicy(policy: Policy, { feed, checkpoints, signal, onFailure }: PolicyRun): Promise<void> {
  const handles = new Set(policy.handles);
  await feed.consume({
    name: `policy:${policy.name}`,
    after: await checkpoints.load(policy.name),
    maximumBatch,
    signal,
    handle: async ({ events, through }) => {
      let reacted = false;
      for (const event of events) {
        if (!handles.has(event.type)) continue;
        if (!(await reactUntilDone(policy, event, signal, onFailure))) return;
        reacted = true;
      }
      if (reacted || events.length === maximumBatch) await checkpoints.save(policy.name, through);
    },
  });
}

async function reactUntilDone(
  policy: Policy,
  event: FeedEvent,
  signal: AbortSignal,
  onFailure: PolicyRun['onFailure'],
): Promise<boolean> {
  for (let pauseMs = firstPauseMs; !signal.aborted; pauseMs = Math.min(pauseMs * 2, lastPauseMs)) {
    try {
      if (event.unreadable) throw event.unreadable;
      await policy.react(event);
      return true;
    } catch (error) {
      onFailure(policy, event, error);
      await pause(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }
  return false;
}
