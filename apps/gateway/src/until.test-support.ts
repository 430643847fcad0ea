import { setTimeout as wait } from 'node:timers/promises';

const lookEveryMs = 5;
const giveUpAfterMs = 20_000;

/** Waits until something is so. @throws {Error} naming it when it does not come to be */
export async function until(what: string, isSo: () => boolean): Promise<void> {
  const giveUpAt = Date.now() + giveUpAfterMs;
  while (!isSo()) {
    if (Date.now() > giveUpAt) throw new Error(`it did not come to be that ${what}`);
    await wait(lookEveryMs);
  }
}
