/** Items held before the stream is paused. */
const maximumHeld = 1_000;

/** What is asked of an object stream. */
export interface ObjectStream<T> {
  on(event: 'data', listener: (item: T) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'end' | 'close', listener: () => void): unknown;
  off(event: 'data', listener: (item: T) => void): unknown;
  pause(): unknown;
  resume(): unknown;
}

/**
 * The items of an object stream, all that came in one turn of the event loop together: an iteration of its own for each
 * item costs several promises. The stream is paused while its reader is busy and enough is held.
 * @throws what the stream fails with, after what it gave before
 */
export async function* inBatches<T>(stream: ObjectStream<T>, signal: AbortSignal): AsyncGenerator<readonly T[], void> {
  if (signal.aborted) return;
  let held: T[] = [];
  let hasEnded = false;
  let failure: Error | undefined;
  let wake = (): void => undefined;
  const end = (error?: Error): void => {
    hasEnded = true;
    failure ??= error;
    wake();
  };
  const take = (item: T): void => {
    held.push(item);
    if (held.length >= maximumHeld) stream.pause();
    wake();
  };
  const abort = (): void => end();
  signal.addEventListener('abort', abort, { once: true });
  stream.on('data', take);
  stream.on('error', end);
  stream.on('end', () => end());
  stream.on('close', () => end());
  try {
    for (;;) {
      if (held.length === 0 && !hasEnded) await new Promise<void>((resolve) => (wake = resolve));
      if (signal.aborted) return;
      if (!hasEnded) await turnOfTheEventLoop();
      const batch = held;
      held = [];
      if (batch.length > 0) yield batch;
      else if (failure !== undefined) throw failure;
      else if (hasEnded) return;
      stream.resume();
    }
  } finally {
    signal.removeEventListener('abort', abort);
    stream.off('data', take);
  }
}

const turnOfTheEventLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
