import type { LogStorage } from './log-storage.js';
import { tileWidth } from './tile-path.js';

/**
 * The entries of leaves from `start`, the first of a bundle, to before `end`, bundle by bundle; while one is used, the next is
 * read. Ends early where an entry is lost.
 */
export async function* loggedEntries(
  storage: Pick<LogStorage, 'readEntries'>,
  { start, end }: { readonly start: number; readonly end: number },
): AsyncGenerator<readonly string[]> {
  const bundles = Math.ceil(end / tileWidth);
  let next = storage.readEntries(start / tileWidth);
  for (let bundle = start / tileWidth; bundle < bundles; bundle += 1) {
    const wanted = Math.min(tileWidth, end - bundle * tileWidth);
    const entries = (await next).slice(0, wanted);
    if (bundle + 1 < bundles) {
      next = storage.readEntries(bundle + 1);
      // It is awaited when the bundle before it was used.
      next.catch(() => undefined);
    }
    yield entries;
    if (entries.length < wanted) return;
  }
}
