import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';

import { catalogueOf, CommandExecutor, CommandRouter, type EventStore, RevisionConflict } from '#event-sourcing';
import type { Clock, Event, Projection, RecordedEvent } from '#kernel';
import { PERSONAL_DATA, type PersonalData } from '#personal-data';
import { type KeyValueCollection, type ReadModel, ReadModels } from '#read-models';

import { startApplication, type TestApplication } from '../../http/src/http.test-support.js';
import { accessEvents } from './access.aggregates.js';
import { AccessModule, type AccessOptions } from './access.module.js';
import type { SigningKeyStore, StoredSigningKey } from './signing-keys.js';

/** An event store in memory: one list, checked by the expected revision. */
export class MemoryEventStore implements EventStore {
  readonly events: RecordedEvent[] = [];

  append: EventStore['append'] = (stream, events, expected) => {
    const revision = BigInt(this.of(stream).length) - 1n;
    if (expected !== 'any' && revision !== (expected === 'no-stream' ? -1n : expected))
      return Promise.reject(new RevisionConflict(stream, expected, revision));
    events.forEach((event, index) =>
      this.events.push({
        ...event,
        stream,
        revision: revision + 1n + BigInt(index),
        position: BigInt(this.events.length),
        recordedAt: new Date(0),
      }),
    );
    const position = BigInt(this.events.length) - 1n;
    return Promise.resolve({ revision: revision + BigInt(events.length), position });
  };

  async *readStream(stream: string, { from = 0n, maxCount }: { from?: bigint; maxCount: number }) {
    await Promise.resolve();
    yield* this.of(stream)
      .filter(({ revision }) => revision >= from)
      .slice(0, maxCount);
  }

  readAll: EventStore['readAll'] = () => unused();
  subscribeToAll: EventStore['subscribeToAll'] = () => unused();
  lastPosition: EventStore['lastPosition'] = () => unused();
  close = (): Promise<void> => Promise.resolve();

  private of(stream: string): RecordedEvent[] {
    return this.events.filter((event) => event.stream === stream);
  }
}

/** Read models that fold the whole history at every question. */
class MemoryReadModels extends ReadModels {
  private readonly collections = new Map<string, KeyValueCollection<unknown>>();

  constructor(private readonly store: MemoryEventStore) {
    super();
  }

  of<Doc extends object, E extends Event>(projection: Projection<Doc, E>): ReadModel<Doc> {
    const all = (): (Doc & { id: string })[] => {
      const docs = new Map<string, Doc | null>();
      for (const event of this.store.events as RecordedEvent<E>[]) {
        const id = projection.handles.includes(event.type) ? projection.idOf(event) : undefined;
        if (id !== undefined) docs.set(id, projection.evolve(docs.get(id) ?? null, event));
      }
      return [...docs].flatMap(([id, doc]) => (doc ? [{ ...doc, id }] : [])).reverse();
    };
    return {
      position: unused,
      get: (id) => Promise.resolve(all().find((doc) => doc.id === id)),
      find: ({ where = {} }) => {
        const halls = (where['hallIds'] as { $in: string[] } | undefined)?.$in;
        const items = all().filter((doc) => !halls || halls.some((id) => hallsOf(doc).includes(id)));
        return Promise.resolve({ items, next: null });
      },
    };
  }

  override keyCollection<T>(name: string): KeyValueCollection<T> {
    const collection = this.collections.get(name) ?? memoryCollection<unknown>();
    this.collections.set(name, collection);
    return collection as KeyValueCollection<T>;
  }

  override collection<T>(name: string): KeyValueCollection<T> {
    return this.keyCollection(name);
  }

  override leases = { hold: unused };
  override health = () => [];
  override dropRetired = unused;
}

/** Values in memory, with the versions that a compare-and-set asks for. */
export function memoryCollection<T>(): KeyValueCollection<T> & { readonly size: number } {
  const values = new Map<string, { value: T; version: number }>();
  const write = (id: string, value: T): void =>
    void values.set(id, { value, version: (values.get(id)?.version ?? 0) + 1 });
  return {
    get size() {
      return values.size;
    },
    get: (id) => Promise.resolve(values.get(id)?.value),
    getMany: (ids) => Promise.resolve(ids.map((id) => values.get(id)?.value)),
    read: (id) => Promise.resolve(values.get(id)),
    list: ({ where = {} }) => {
      const [[field = '', comparison] = []] = Object.entries(where);
      const limit = (comparison as { $lt?: string } | undefined)?.$lt;
      const fits = (value: T): boolean => limit === undefined || String(Reflect.get(value as object, field)) < limit;
      return Promise.resolve([...values].flatMap(([id, stored]) => (fits(stored.value) ? [{ id, ...stored }] : [])));
    },
    insertIfAbsent: (id, value) => {
      if (!values.has(id)) write(id, value);
      return Promise.resolve(values.get(id)?.value ?? value);
    },
    put: (id, value) => Promise.resolve(write(id, value)),
    compareAndSet: (id, expected, value) => {
      if ((values.get(id)?.version ?? 0) !== expected) return Promise.resolve(false);
      write(id, value);
      return Promise.resolve(true);
    },
    delete: (id) => Promise.resolve(values.delete(id)),
  };
}

const hallsOf = (doc: object): readonly string[] => ('hallIds' in doc ? (doc.hallIds as readonly string[]) : []);

function unused(): never {
  throw new Error('not part of this test');
}

/** Signing keys in memory. */
export function memorySigningKeys(): SigningKeyStore & { readonly stored: Map<string, StoredSigningKey> } {
  const stored = new Map<string, StoredSigningKey>();
  return {
    stored,
    list: () => Promise.resolve([...stored.values()]),
    insertIfAbsent: (id, key) => {
      if (!stored.has(id)) stored.set(id, key);
      return Promise.resolve(stored.get(id) ?? key);
    },
  };
}

/** Personal data that is only turned round, so that a test can see whether it was sealed. */
export const fakePersonalDataOf = (erased: string[]): PersonalData => ({
  encrypt: (personId, field, text) => Promise.resolve(`${personId}/${field}:${[...text].reverse().join('')}`),
  decrypt: (personId, field, sealed) =>
    Promise.resolve(
      erased.includes(personId) ? null : [...sealed.slice(`${personId}/${field}:`.length)].reverse().join(''),
    ),
  erase: (personId) => {
    erased.push(personId);
    return Promise.resolve();
  },
});
export const fakePersonalData = fakePersonalDataOf([]);

export interface AccessApplication extends TestApplication {
  readonly store: MemoryEventStore;
  /** Whose keys were erased. */
  readonly erasedPersons: readonly string[];
}

/** Cheap hashes, and no limits in the way of tests that are about something else. */
const unlimited = { perSecond: 100_000, burst: 100_000 };
export const cheaply: Partial<AccessOptions> = {
  passwordCost: { logN: 4, r: 8, p: 1 },
  limits: { failures: unlimited, 'sign-in': unlimited },
};

/** What the nodes of a platform share, in memory. */
export class MemoryStores {
  readonly events = new MemoryEventStore();
  readonly readModels: ReadModels = new MemoryReadModels(this.events);
}

/** The access module over stores in memory, with further controllers to guard. */
export async function startAccess(
  controllers: Type[],
  clock: Clock,
  options: Partial<AccessOptions> = cheaply,
  stores = new MemoryStores(),
): Promise<AccessApplication> {
  const store = stores.events;
  const erasedPersons: string[] = [];
  const executor = new CommandExecutor({ store, catalogue: catalogueOf(accessEvents), clock });
  const application = await startApplication({
    controllers,
    imports: [
      platform(executor, stores.readModels, fakePersonalDataOf(erasedPersons)),
      AccessModule.forRoot({ issuer: 'tallyhall', audience: 'tallyhall-api', clock, ...options }),
    ],
  });
  return { ...application, store, erasedPersons };
}

function platform(executor: CommandExecutor, readModels: ReadModels, personalData: PersonalData): DynamicModule {
  class PlatformModule {}
  Module({})(PlatformModule);
  return {
    module: PlatformModule,
    global: true,
    imports: [CqrsModule.forRoot()],
    providers: [
      { provide: CommandExecutor, useValue: executor },
      { provide: ReadModels, useValue: readModels },
      { provide: PERSONAL_DATA, useValue: personalData },
      CommandRouter,
    ],
    exports: [CommandExecutor, CommandRouter, ReadModels, PERSONAL_DATA],
  };
}
