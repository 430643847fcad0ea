import { IdTable, idHash } from './id-table.js';

/** At least so many of the newest event ids are known, while they lie in few enough segments. */
export const rememberedIds = 256 * 1024;
/** Segments whose ids are known at most, the one that is written apart. */
export const rememberedIdSegments = 64;

/** Where the newest events lie, by their ids: what makes an append with any expected revision repeatable. */
export class RecentIds {
  private active = new IdTable(0);
  /** Of sealed segments, the newest first. */
  private sealed: IdTable[] = [];

  /** Whether ids of still older segments would be kept. */
  get wantsOlder(): boolean {
    const known = this.sealed.reduce((sum, { size }) => sum + size, 0);
    return known < rememberedIds && this.sealed.length < rememberedIdSegments;
  }

  /** `id` is 16 bytes. */
  add(id: Buffer, position: number): void {
    this.active.add(idHash(id), position);
  }

  /** The position of an event with this id for which `matches` holds (it must compare the ids), or null. */
  find(id: Buffer, matches: (position: number) => boolean): number | null {
    const hash = idHash(id);
    const newest = this.active.find(hash, matches);
    if (newest !== null) return newest;
    for (const table of this.sealed) {
      const found = table.find(hash, matches);
      if (found !== null) return found;
    }
    return null;
  }

  /** What is added from here on lies in the segment that begins at `basePosition`. */
  begin(basePosition: number): void {
    this.active = new IdTable(basePosition);
  }

  /** Takes what was added since `begin`. */
  take(): IdTable {
    const taken = this.active;
    this.active = new IdTable(taken.basePosition);
    return taken;
  }

  /** The segment that was written is sealed, another begins at `basePosition`; answers the ids of the sealed one. */
  seal(basePosition: number): IdTable {
    const sealed = this.active;
    this.active = new IdTable(basePosition);
    this.sealed.unshift(sealed);
    while (this.sealed.length > 1 && this.isEnoughWithoutOldest()) this.sealed.pop();
    return sealed;
  }

  /** Adds the ids of a segment older than all known. */
  addOlder(table: IdTable): void {
    this.sealed.push(table);
  }

  private isEnoughWithoutOldest(): boolean {
    const others = this.sealed.slice(0, -1);
    return others.length >= rememberedIdSegments || others.reduce((sum, { size }) => sum + size, 0) >= rememberedIds;
  }
}
