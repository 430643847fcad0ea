import { eachTarget } from './commands/targets.js';
import { DateTime, documentOf } from './bson/values.js';
import { numberOf } from './query/arguments.js';
import type { Collection, Index } from './storage/collection.js';
import type { Store } from './storage/store.js';

/** How often documents past their time are looked for, as MongoDB does. */
const TTL_CHECK_MS = 60_000;

/** Deletes documents whose date, in a TTL index, is longer ago than the index keeps them. */
export class TtlMonitor {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly store: Store) {}

  start(): void {
    this.timer = setInterval(() => {
      this.running = this.running.then(() => this.expire()).catch(() => undefined);
    }, TTL_CHECK_MS).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  /** One look at every TTL index. @param now milliseconds since the Unix epoch */
  async expire(now = Date.now()): Promise<void> {
    for (const collection of this.store.catalog.all()) {
      for (const index of collection.indexes) {
        const seconds = numberOf(index.specification.get('expireAfterSeconds'));
        if (seconds !== undefined && index.ready) await this.expireIn(collection, index, now - seconds * 1_000);
      }
    }
  }

  private expireIn(collection: Collection, index: Index, before: number): Promise<void> {
    const { store } = this;
    const [field] = index.fields;
    if (field === undefined) return Promise.resolve();
    const filter = new Map([[field.name, documentOf({ $lte: new DateTime(BigInt(Math.floor(before))) })]]);
    return store.write(function* expireAll(slice) {
      if (collection.dropped || !collection.indexes.includes(index)) return;
      yield* eachTarget(store, collection, { filter, sort: [], hint: { index } }, slice, ({ recordId, bytes }) => {
        store.documents.remove(collection, recordId, bytes);
      });
    });
  }
}
