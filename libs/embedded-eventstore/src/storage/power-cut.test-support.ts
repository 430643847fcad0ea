/** A disk that remembers everything done to it, and what a power cut may leave of that. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { machineDisk, type Disk } from './disk.js';

/** A sector is on the disk whole or not at all. */
const sectorBytes = 512;

type Operation =
  | { readonly kind: 'create' | 'sync'; readonly path: string }
  | { readonly kind: 'write'; readonly path: string; readonly offset: number; readonly bytes: Buffer }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string }
  | { readonly kind: 'sync-directory' }
  | { readonly kind: 'acknowledged'; readonly events: number };

/** The machine's disk, with a journal: writes are in it from when they began, syncs from when they came back. */
export class JournalledDisk implements Disk {
  readonly journal: Operation[] = [];

  create = (path: string): ReturnType<Disk['create']> => {
    this.journal.push({ kind: 'create', path });
    return machineDisk.create(path);
  };

  write: Disk['write'] = (file, buffers, offset) => {
    this.journal.push({ kind: 'write', path: file.path, offset, bytes: Buffer.concat(buffers) });
    return machineDisk.write(file, buffers, offset);
  };

  sync: Disk['sync'] = async (file) => {
    await machineDisk.sync(file);
    this.journal.push({ kind: 'sync', path: file.path });
  };

  close: Disk['close'] = (file) => machineDisk.close(file);

  rename: Disk['rename'] = async (from, to) => {
    this.journal.push({ kind: 'rename', from, to });
    await machineDisk.rename(from, to);
  };

  syncDirectory: Disk['syncDirectory'] = async (directory) => {
    await machineDisk.syncDirectory(directory);
    this.journal.push({ kind: 'sync-directory' });
  };

  /** So many events are acknowledged from here on. */
  acknowledged(events: number): void {
    this.journal.push({ kind: 'acknowledged', events });
  }
}

interface SimulatedFile {
  durable: Buffer;
  unsynced: { readonly offset: number; readonly bytes: Buffer }[];
}

const withBytes = (content: Buffer, offset: number, bytes: Buffer): Buffer => {
  const grown = Buffer.alloc(Math.max(content.length, offset + bytes.length));
  content.copy(grown);
  bytes.copy(grown, offset);
  return grown;
};

/** Any sectors of what was not synced may have come to the disk, in any order. */
const afterCut = ({ durable, unsynced }: SimulatedFile, chance: () => boolean): Buffer => {
  let content = durable;
  for (const { offset, bytes } of unsynced) {
    for (let at = 0; at < bytes.length;) {
      const end = Math.min(bytes.length, (Math.floor((offset + at) / sectorBytes) + 1) * sectorBytes - offset);
      if (chance()) content = withBytes(content, offset + at, bytes.subarray(at, end));
      at = end;
    }
  }
  return content;
};

/**
 * Fills `folder` with what may be on the disk when the power fails after the first `steps` operations; answers how many
 * events were acknowledged by then. `chance` decides about everything that is not certain.
 */
export const leaveAfterCut = (
  journal: readonly Operation[],
  steps: number,
  folder: string,
  chance: () => boolean,
): number => {
  let names = new Map<string, SimulatedFile>();
  let durableNames = new Map<string, SimulatedFile>();
  let acknowledged = 0;
  for (const operation of journal.slice(0, steps)) {
    switch (operation.kind) {
      case 'create':
        names.set(operation.path, { durable: Buffer.alloc(0), unsynced: [] });
        break;
      case 'write':
        names.get(operation.path)?.unsynced.push(operation);
        break;
      case 'sync': {
        const file = names.get(operation.path);
        if (file === undefined) break;
        file.durable = afterCut(file, () => true);
        file.unsynced = [];
        break;
      }
      case 'rename': {
        const file = names.get(operation.from);
        names = new Map([...names].filter(([path]) => path !== operation.from));
        if (file !== undefined) names.set(operation.to, file);
        break;
      }
      case 'sync-directory':
        durableNames = new Map(names);
        break;
      case 'acknowledged':
        acknowledged = operation.events;
    }
  }
  const left = new Map(durableNames);
  for (const [path, file] of names) if (chance()) left.set(path, file);
  mkdirSync(folder, { recursive: true });
  for (const [path, file] of left) writeFileSync(join(folder, basename(path)), afterCut(file, chance));
  return acknowledged;
};
