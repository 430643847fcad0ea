/** Longest pause between two tries, in milliseconds. */
export const maximumBackOffMs = 10_000;
const firstBackOffMs = 200;

/** The pause before try `attempt` (from 1): doubling, with jitter so that gateways do not come back all at once. */
export function backOffMs(attempt: number, random: () => number = Math.random): number {
  const full = Math.min(maximumBackOffMs, firstBackOffMs * 2 ** Math.min(attempt - 1, 20));
  return full / 2 + (random() * full) / 2;
}

/** Resolves after so long, or at once when the signal is raised. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done);
  });
}
