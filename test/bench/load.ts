import { setTimeout as pause } from 'node:timers/promises';

/** Sends one command and resolves when it is acknowledged. */
export type SendCommand = () => Promise<unknown>;

export interface ClosedLoopResult {
  /** Acknowledged commands per second. */
  readonly perSecond: number;
  /** Of each command, from sending to acknowledgement. */
  readonly latenciesMs: readonly number[];
}

/** As many commands as so many callers get through who each wait for an answer before they send the next. */
export async function closedLoop(send: SendCommand, callers: number, seconds: number): Promise<ClosedLoopResult> {
  const latenciesMs: number[] = [];
  const startMs = performance.now();
  const endMs = startMs + seconds * 1_000;
  const caller = async (): Promise<void> => {
    for (let sentMs = performance.now(); sentMs < endMs; sentMs = performance.now()) {
      await send();
      latenciesMs.push(performance.now() - sentMs);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return { perSecond: (latenciesMs.length * 1_000) / (performance.now() - startMs), latenciesMs };
}

/**
 * Commands at a steady rate, whether or not the ones before are answered. Latency counts from the moment that a command
 * was due: a platform that stalls pays for everything that waits meanwhile.
 */
export async function openLoop(send: SendCommand, perSecond: number, seconds: number): Promise<number[]> {
  const latenciesMs: number[] = [];
  const underWay: Promise<void>[] = [];
  const startMs = performance.now();
  const total = Math.round(perSecond * seconds);
  const one = async (dueMs: number): Promise<void> => {
    await send();
    latenciesMs.push(performance.now() - dueMs);
  };
  while (underWay.length < total) {
    const due = Math.min(total, Math.floor(((performance.now() - startMs) * perSecond) / 1_000) + 1);
    while (underWay.length < due) underWay.push(one(startMs + (underWay.length * 1_000) / perSecond));
    await pause(1);
  }
  await Promise.all(underWay);
  return latenciesMs;
}
