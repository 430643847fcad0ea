import { type Event, eventMetadataSchema, type EventType, type RecordedEvent } from '#kernel';

/** From one version of an event type to the next. Pure; the stored event stays as it is. */
export interface Upcaster {
  readonly from: string;
  readonly to: string;
  readonly upcast: (data: unknown) => unknown;
}

/** Every event type that the program knows, and the way from old versions to the newest. */
export interface Catalogue {
  readonly types: readonly string[];
  /** @throws {UnreadableEvent} the type is unknown, or the content does not fit its schema */
  readonly parse: (stored: RecordedEvent) => RecordedEvent;
  /** Whether a new event fits its type's schema, before it is written. @throws {TypeError} it does not: a bug */
  readonly assertWritable: (event: Event) => void;
}

/** A stored event that this program cannot read. Never skipped in silence. */
export class UnreadableEvent extends Error {
  constructor(event: RecordedEvent, why: string) {
    super(`Event ${event.revision} of ${event.stream} (${event.type}) cannot be read: ${why}`);
    this.name = 'UnreadableEvent';
  }
}

/** Most upcasts an event may need; more would be a cycle. */
const maximumUpcasts = 100;

/** @throws {TypeError} two types or two upcasters of one name, or an upcaster that leads nowhere */
export function catalogueOf(types: readonly EventType[], upcasters: readonly Upcaster[] = []): Catalogue {
  const known = byName(types, ({ type }) => type);
  const steps = byName(upcasters, ({ from }) => from);
  for (const { to } of upcasters) {
    if (!known.has(to) && !steps.has(to)) throw new TypeError(`The upcaster to ${to} leads to no known event type.`);
  }

  const upcast = (stored: RecordedEvent): { type: string; data: unknown } => {
    let current: { type: string; data: unknown } = stored;
    for (let step = steps.get(current.type), count = 0; step && count < maximumUpcasts; count += 1) {
      current = { type: step.to, data: step.upcast(current.data) };
      step = steps.get(current.type);
    }
    return current;
  };

  return {
    types: [...known.keys()],
    assertWritable: (event) => {
      const parsed = known.get(event.type)?.schema.safeParse(event.data);
      if (!parsed?.success)
        throw new TypeError(`${event.type} may not be written: ${parsed?.error.message ?? 'the type is unknown'}`);
    },
    parse: (stored) => {
      const current = upcast(stored);
      const type = known.get(current.type);
      if (!type) throw new UnreadableEvent(stored, 'the type is unknown');
      const data = type.schema.safeParse(current.data);
      if (!data.success) throw new UnreadableEvent(stored, data.error.message);
      const metadata = eventMetadataSchema.safeParse(stored.metadata);
      if (!metadata.success) throw new UnreadableEvent(stored, metadata.error.message);
      return { ...stored, type: current.type, data: data.data, metadata: metadata.data };
    },
  };
}

function byName<T>(values: readonly T[], nameOf: (value: T) => string): Map<string, T> {
  const map = new Map<string, T>();
  for (const value of values) {
    const name = nameOf(value);
    if (map.has(name)) throw new TypeError(`${name} is declared twice.`);
    map.set(name, value);
  }
  return map;
}
