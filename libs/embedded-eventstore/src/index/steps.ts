/** How long work in steps keeps others waiting at a stretch, milliseconds. */
const longestStretchMs = 2;

/** Takes the steps of a generator, with turns of others in between; rejects with the signal's reason when it is aborted. */
export const steps = async <Result>(generator: Generator<void, Result>, signal: AbortSignal): Promise<Result> => {
  for (;;) {
    const untilMs = performance.now() + longestStretchMs;
    let step = generator.next();
    while (step.done !== true && performance.now() < untilMs) step = generator.next();
    if (step.done === true) return step.value;
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (signal.aborted) generator.throw(signal.reason);
  }
};
