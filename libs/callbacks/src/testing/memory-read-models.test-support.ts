import type { Event, Projection, RecordedEvent } from '#kernel';
import { type Lease, type LeaseTerms, type ReadModel, ReadModels } from '#read-models';

import { MemoryCollection } from './memory-collection.test-support.js';
import type { MemoryLog } from './memory-log.test-support.js';

/** Read models that fold the whole history at every question; every lease is granted at once. */
export class MemoryReadModels extends ReadModels {
  constructor(private readonly log: MemoryLog) {
    super();
  }

  override readonly leases = {
    hold: (_name: string, { onAcquired, onError }: LeaseTerms): Lease => {
      const stopping = new AbortController();
      const ended = onAcquired(stopping.signal).catch((error: unknown) => onError?.(error));
      const release = async (): Promise<void> => {
        stopping.abort();
        await ended;
      };
      return { held: true, release };
    },
  };

  override of<Doc extends object, E extends Event>(projection: Projection<Doc, E>): ReadModel<Doc> {
    const all = (): (Doc & { id: string })[] => {
      const docs = new Map<string, Doc | null>();
      for (const event of this.log.events as RecordedEvent<E>[]) {
        const id = projection.handles.includes(event.type) ? projection.idOf(event) : undefined;
        if (id !== undefined) docs.set(id, projection.evolve(docs.get(id) ?? null, event));
      }
      return [...docs].flatMap(([id, doc]) => (doc ? [{ ...doc, id }] : [])).reverse();
    };
    return {
      position: () => Promise.resolve(this.log.head),
      get: (id) => Promise.resolve(all().find((doc) => doc.id === id)),
      find: () => Promise.resolve({ items: all(), next: null }),
    };
  }

  override collection = <T>(): MemoryCollection<T> => new MemoryCollection<T>();
  override keyCollection = <T>(): MemoryCollection<T> => new MemoryCollection<T>();
  override health = () => [];
  override dropRetired = (): Promise<string[]> => Promise.resolve([]);
}
