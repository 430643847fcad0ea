import { doors, type Machine } from '../api/types.js';

export const floorFilters = ['all', 'playing', 'offline', 'door-open', 'locked', 'handpay'] as const;
export type FloorFilter = (typeof floorFilters)[number];

export const filterNames: Readonly<Record<FloorFilter, string>> = {
  all: 'All',
  playing: 'Playing',
  offline: 'Offline',
  'door-open': 'Door open',
  locked: 'Locked',
  handpay: 'Handpay',
};

/** A machine is being played when its last game ended within this time, in milliseconds. */
export const playingWithinMs = 60_000;

export const openDoors = (machine: Machine) => doors.filter((door) => machine.doors[door] === 'open');

export const isPlaying = ({ state, lastGame }: Machine, nowMs: number): boolean =>
  state !== 'offline' && lastGame !== null && nowMs - Date.parse(lastGame.endedAt) < playingWithinMs;

/** Anything but free to play: asked for, locked, or about to be unlocked. */
const isLocked = ({ play }: Machine): boolean => play !== 'unlocked';

export function passesFilter(machine: Machine, filter: FloorFilter, nowMs: number): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'playing':
      return isPlaying(machine, nowMs);
    case 'offline':
      return machine.state === 'offline';
    case 'door-open':
      return openDoors(machine).length > 0;
    case 'locked':
      return isLocked(machine);
    case 'handpay':
      return machine.handpay !== null;
  }
}

/** Finds by name, serial number or address; an empty search finds everything. */
export function matchesSearch({ name, serial, address }: Machine, search: string): boolean {
  const words = search.trim().toLowerCase().split(/\s+/);
  const text = `${name} ${serial ?? ''} ${address} #${address}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

const byName = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** The order of the floor: by name as people count (2 before 10), then by address. */
export const compareMachines = (a: Machine, b: Machine): number =>
  byName.compare(a.name, b.name) || a.address - b.address || (a.id < b.id ? -1 : 1);

/** How many machines each filter would show. */
export const countByFilter = (machines: readonly Machine[], nowMs: number): Record<FloorFilter, number> => {
  const counts = { all: 0, playing: 0, offline: 0, 'door-open': 0, locked: 0, handpay: 0 };
  for (const machine of machines)
    for (const filter of floorFilters) if (passesFilter(machine, filter, nowMs)) counts[filter] += 1;
  return counts;
};
