import { type BundleEnd, type Entry, type LogStorage, parseEntry, tileWidth } from '#tamper-log';

/** Where an event stands in the log. */
export interface LoggedAt {
  readonly index: number;
  /** The entry's text. */
  readonly text: string;
}

/** Full bundles whose entries are kept parsed. */
const maximumBundles = 16;

/** Finds events in the log: by position, the bundle; in the bundle, the entry. Full bundles never change. */
export class LogIndex {
  private readonly ends: BundleEnd[] = [];
  private readonly bundles = new Map<number, readonly string[]>();
  /** The bundle that is not full yet, as it was last read: it only grows. */
  private growing: { readonly bundle: number; readonly entries: readonly string[] } | undefined;

  constructor(private readonly storage: Pick<LogStorage, 'readEnds' | 'readEntries'>) {}

  /** @param position of the event in the store */
  async find(stream: string, revision: bigint, position: bigint): Promise<LoggedAt | undefined> {
    const bundle = await this.bundleAt((end) => end.position >= position);
    const known = this.growing?.bundle === bundle ? placeIn(this.growing.entries, stream, revision) : undefined;
    const place = known ?? placeIn(await this.entriesOf(bundle), stream, revision);
    return place && { index: bundle * tileWidth + place.at, text: place.text };
  }

  /** Position after which the events lie that the store took from an instant on; at most 255 come before them. */
  positionBefore(created: number): Promise<bigint | undefined> {
    return this.endBefore((end) => end.created >= created);
  }

  /** Position of a logged event that stands before the one at a position; at most 255 logged ones lie between. */
  positionShortOf(position: bigint): Promise<bigint | undefined> {
    return this.endBefore((end) => end.position >= position);
  }

  private async endBefore(isThere: (end: BundleEnd) => boolean): Promise<bigint | undefined> {
    return this.ends[(await this.bundleAt(isThere)) - 1]?.position;
  }

  /** The first bundle whose end is there; else the one that is not full yet. */
  private async bundleAt(isThere: (end: BundleEnd) => boolean): Promise<number> {
    await this.readEnds(isThere);
    let [low, high] = [0, this.ends.length];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const end = this.ends[middle];
      if (end && isThere(end)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  private async readEnds(isThere: (end: BundleEnd) => boolean): Promise<void> {
    for (let last = this.ends.at(-1); !last || !isThere(last); last = this.ends.at(-1)) {
      const known = this.ends.length;
      for (const end of await this.storage.readEnds(known)) if (end.index === this.ends.length) this.ends.push(end);
      if (this.ends.length === known) return;
    }
  }

  private async entriesOf(bundle: number): Promise<readonly string[]> {
    const known = this.bundles.get(bundle);
    if (known) return known;
    const entries = await this.storage.readEntries(bundle);
    if (entries.length < tileWidth) {
      this.growing = { bundle, entries };
      return entries;
    }
    this.bundles.set(bundle, entries);
    const [oldest] = this.bundles.keys();
    if (this.bundles.size > maximumBundles && oldest !== undefined) this.bundles.delete(oldest);
    return entries;
  }
}

function placeIn(entries: readonly string[], stream: string, revision: bigint) {
  const at = entries.findIndex((text) => isOf(parseEntry(text), stream, revision));
  const text = entries[at];
  return text === undefined ? undefined : { at, text };
}

const isOf = (entry: Entry, stream: string, revision: bigint): boolean =>
  entry.stream === stream && entry.revision === revision.toString();
