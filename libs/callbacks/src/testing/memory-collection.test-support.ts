import type { KeyValueCollection, KeyValueEntry, ListQuery, VersionedValue } from '#read-models';

/** A {@link KeyValueCollection} in memory, whose writes can be cut off as by a crash. Shares its entries with its copies. */
export class MemoryCollection<T> implements KeyValueCollection<T> {
  private cutOff = false;
  private writes = 0;

  /** @param beforeWrite called before each write; a crash in it loses that write */
  constructor(
    readonly entries = new Map<string, VersionedValue<T>>(),
    private readonly beforeWrite: () => void = () => undefined,
  ) {}

  /** From now on, no write happens and none resolves. */
  crash(): void {
    this.cutOff = true;
  }

  get(id: string): Promise<T | undefined> {
    return Promise.resolve(this.entries.get(id)?.value);
  }

  getMany(ids: readonly string[]): Promise<(T | undefined)[]> {
    return Promise.resolve(ids.map((id) => this.entries.get(id)?.value));
  }

  read(id: string): Promise<VersionedValue<T> | undefined> {
    return Promise.resolve(this.entries.get(id));
  }

  put(id: string, value: T): Promise<void> {
    return this.write(() => void this.entries.set(id, { value, version: this.versionOf(id) + 1 }));
  }

  insertIfAbsent(id: string, value: T): Promise<T> {
    return this.write(() => {
      const known = this.entries.get(id) ?? { value, version: 1 };
      this.entries.set(id, known);
      return known.value;
    });
  }

  compareAndSet(id: string, expectedVersion: number, value: T): Promise<boolean> {
    return this.write(() => {
      if (this.versionOf(id) !== expectedVersion) return false;
      this.entries.set(id, { value, version: expectedVersion + 1 });
      return true;
    });
  }

  delete(id: string, expectedVersion = this.versionOf(id)): Promise<boolean> {
    return this.write(() => this.versionOf(id) === expectedVersion && this.entries.delete(id));
  }

  list({ prefix = '', limit, after = '' }: ListQuery): Promise<KeyValueEntry<T>[]> {
    const ids = [...this.entries.keys()].filter((id) => id.startsWith(prefix) && id > after).sort();
    return Promise.resolve(
      ids.slice(0, limit).flatMap((id) => {
        const entry = this.entries.get(id);
        return entry ? [{ id, ...entry }] : [];
      }),
    );
  }

  private versionOf(id: string): number {
    return this.entries.get(id)?.version ?? 0;
  }

  /** Some writes take longer than those that were begun after them. */
  private async write<R>(change: () => R): Promise<R> {
    this.writes += 1;
    for (let turns = (this.writes * 7) % 12; turns >= 0; turns -= 1) await Promise.resolve();
    if (!this.cutOff) this.beforeWrite();
    return this.cutOff ? new Promise<never>(() => undefined) : change();
  }
}
