import { type PublicEvent, type PublicEventType, type RecordedEvent, toPublicEvent, type Topic } from '#kernel';

/** A stored event as the feed hands it over: parsed, or marked with why it could not be. */
export type ReadEvent = RecordedEvent & { readonly unreadable?: Error };

const withoutVersion = (storedType: string): string => storedType.replace(/\.v[1-9][0-9]*$/, '');

/** Every public event type, and the way from a stored event to the public ones that it becomes. */
export class PublicCatalogue {
  /** Every public type once, in alphabetical order. */
  readonly types: readonly string[];
  private readonly byStoredType = new Map<string, PublicEventType[]>();
  private readonly topics = new Map<string, readonly Topic[]>();
  private readonly storedNames: ReadonlySet<string>;
  /** One stored event is mapped and checked once, however many sockets and callbacks it goes to. */
  private readonly mapped = new WeakMap<ReadEvent, readonly PublicEvent[]>();

  /** @throws {TypeError} one stored type becomes the same public type twice */
  constructor(readonly rows: readonly PublicEventType[]) {
    for (const row of rows) this.add(row);
    this.types = [...this.topics.keys()].sort();
    this.storedNames = new Set(rows.map(({ from }) => withoutVersion(from)));
  }

  has(publicType: string): boolean {
    return this.topics.has(publicType);
  }

  topicsOf(publicType: string): readonly Topic[] {
    return this.topics.get(publicType) ?? [];
  }

  /**
   * The public events of a stored one, in the catalogue's order; none when it is not public.
   * @throws {Error} it may be public, but cannot be read or does not fit its public schema
   */
  publicEventsOf(event: ReadEvent): readonly PublicEvent[] {
    const known = this.mapped.get(event);
    if (known) return known;
    if (event.unreadable && this.storedNames.has(withoutVersion(event.type))) throw event.unreadable;
    const publicEvents = (this.byStoredType.get(event.type) ?? []).flatMap((row) => {
      const made = toPublicEvent(row, event);
      return made ? [{ ...made, data: row.schema.parse(made.data) }] : [];
    });
    this.mapped.set(event, publicEvents);
    return publicEvents;
  }

  private add(row: PublicEventType): void {
    const siblings = this.byStoredType.get(row.from) ?? [];
    if (siblings.some(({ type }) => type === row.type))
      throw new TypeError(`${row.from} becomes ${row.type} twice in the catalogue.`);
    this.byStoredType.set(row.from, [...siblings, row]);
    this.topics.set(row.type, [...new Set([...this.topicsOf(row.type), ...row.topics])]);
  }
}

/** The machine that a public event is about, where it is about one. */
export function machineIdOf({ data }: PublicEvent): string | undefined {
  if (typeof data !== 'object' || data === null || !('machineId' in data)) return undefined;
  return typeof data.machineId === 'string' ? data.machineId : undefined;
}
