import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Catalog } from './catalog.js';
import type { Garbage } from './catalog.js';
import { prepareDataDirectory } from './data-directory.js';
import { lockDirectory } from './directory-lock.js';
import type { DirectoryLock } from './directory-lock.js';
import { Documents } from './documents.js';
import { openEnvironment } from './environment.js';
import type { Environment } from './environment.js';
import { ownerPrefix } from './keys.js';
import { checkPages } from './page-check.js';
import { clearScratch, Scratch } from './scratch.js';
import type { StorageFailure, WriteJob } from './write-queue.js';
import { WriteQueue } from './write-queue.js';

/** Keys deleted between two looks at the clock. */
const PURGE_CHUNK_KEYS = 200;

/** One data directory, opened and locked: catalog, documents and the single writer. */
export class Store {
  readonly catalog: Catalog;
  readonly documents: Documents;
  private readonly queue: WriteQueue;
  private purging: Promise<void> | undefined;
  private closing = false;

  private constructor(
    private readonly dataDir: string,
    readonly environment: Environment,
    private readonly lock: DirectoryLock,
    onFailure: (failure: StorageFailure) => void,
  ) {
    this.catalog = new Catalog(environment);
    this.documents = new Documents(environment, this.catalog);
    this.queue = new WriteQueue(environment, {
      beforeCommit: () => this.catalog.saveCounts(),
      afterAbort: () => this.catalog.reload(),
      onFailure,
    });
  }

  static async open(dataDir: string, onFailure: (failure: StorageFailure) => void): Promise<Store> {
    prepareDataDirectory(dataDir);
    const lock = await lockDirectory(dataDir);
    try {
      clearScratch(dataDir);
      const file = join(dataDir, 'store', 'data.mdb');
      if (existsSync(file)) checkPages(file);
      const store = new Store(dataDir, openEnvironment(dataDir), lock, onFailure);
      await store.change(() => {
        store.catalog.dropUnfinishedIndexes();
      });
      store.purge();
      return store;
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** Runs a job in write transactions; settles when all of it is on the disk. */
  write<T>(job: WriteJob<T>): Promise<T> {
    return this.queue.run(job);
  }

  /** The same for work that is done in one go. */
  change<T>(work: () => T): Promise<T> {
    return this.queue.change(work);
  }

  /** Room on disk for one command, which closes it. */
  scratch(): Scratch {
    return new Scratch(this.dataDir);
  }

  /** Clears away what was dropped, in the background; a restart goes on with it. */
  purge(): void {
    this.purging ??= this.purgeAll()
      .catch(() => undefined)
      .finally(() => {
        this.purging = undefined;
      });
  }

  async close(): Promise<void> {
    this.closing = true;
    await this.queue.close();
    await this.purging;
    await this.environment.root.close();
    await this.lock.release();
  }

  private async purgeAll(): Promise<void> {
    for (let left = this.catalog.garbage(); left.length > 0 && !this.closing; left = this.catalog.garbage()) {
      for (const garbage of left) await this.write(this.purgeJob(garbage));
    }
  }

  private purgeJob(garbage: Garbage): WriteJob<void> {
    const table = this.environment[garbage.table];
    const range = { start: ownerPrefix(garbage.id), end: ownerPrefix(garbage.id + 1), limit: PURGE_CHUNK_KEYS };
    const { catalog } = this;
    const isClosing = (): boolean => this.closing;
    return function* purgeGarbage(slice) {
      for (;;) {
        const keys = [...table.getKeys({ ...range })];
        for (const key of keys) void table.remove(key);
        if (keys.length < PURGE_CHUNK_KEYS) break;
        if (isClosing()) return;
        if (slice.spent()) yield;
      }
      catalog.forgetGarbage(garbage);
    };
  }
}
