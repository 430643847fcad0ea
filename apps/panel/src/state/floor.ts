import type { PublicEvent } from '#kernel';

import type { Hall, Machine } from '../api/types.js';
import { applyMachineEvent, type CueKind, isMachineEvent, machineIdOf } from './machine-events.js';

/** A passing visual hint on a tile; a higher number is a newer hint. */
interface Cue {
  readonly kind: CueKind;
  readonly number: number;
  /** When the event happened, in milliseconds since the epoch. */
  readonly atMs: number;
}

/** A win stays to be seen for so long, in milliseconds, before lesser changes may take its place. */
export const winCueMs = 2_500;

/** A machine with what the panel knows about how new it is. */
export interface FloorMachine {
  readonly machine: Machine;
  /** The position of the read that it comes from: events up to it are in it already. */
  readonly readAt: bigint;
  /** The newest event applied since. */
  readonly changedAt: bigint;
  readonly cue: Cue | undefined;
}

interface MissingMachine {
  readonly machineId: string;
  readonly position: bigint;
}

/** The hall as the panel shows it: read once by REST, then kept by events. */
export interface Floor {
  readonly hall: Hall | undefined;
  readonly machines: ReadonlyMap<string, FloorMachine>;
  /** Machines that events speak of but that were not in the read: to be fetched, no older than the position. */
  readonly missing: readonly MissingMachine[];
  readonly cues: number;
}

export type FloorAction =
  | { type: 'hall-read'; hall: Hall }
  | { type: 'machines-read'; machines: readonly Machine[]; position: bigint }
  | { type: 'machine-read'; machine: Machine; position: bigint }
  | { type: 'machine-gone'; machineId: string }
  | { type: 'events'; events: readonly PublicEvent[]; live: boolean };

export const emptyFloor: Floor = {
  hall: undefined,
  machines: new Map(),
  missing: [],
  cues: 0,
};

/** Pure: the same reads and events, each once and in order, give the same floor. */
export function reduceFloor(floor: Floor, action: FloorAction): Floor {
  switch (action.type) {
    case 'hall-read':
      return { ...floor, hall: action.hall };
    case 'machines-read':
      return {
        ...floor,
        machines: new Map(action.machines.map((machine) => [machine.id, freshMachine(machine, action.position)])),
        missing: [],
      };
    case 'machine-read':
      return withMachineRead(floor, action.machine, action.position);
    case 'machine-gone':
      return { ...floor, missing: floor.missing.filter(({ machineId }) => machineId !== action.machineId) };
    case 'events':
      return withEvents(floor, action.events, action.live);
  }
}

const freshMachine = (machine: Machine, position: bigint): FloorMachine => ({
  machine,
  readAt: position,
  changedAt: position,
  cue: undefined,
});

/** A read that may be older than an event already applied gives only what no event carries. */
function withMachineRead(floor: Floor, machine: Machine, position: bigint): Floor {
  const known = floor.machines.get(machine.id);
  const next =
    known && known.changedAt > position
      ? { ...known, machine: withoutEvents(known.machine, machine) }
      : { ...freshMachine(machine, position), cue: known?.cue };
  return {
    ...floor,
    machines: new Map(floor.machines).set(machine.id, next),
    missing: floor.missing.filter((other) => other.machineId !== machine.id || other.position > position),
  };
}

const withoutEvents = (known: Machine, { name, serial, meters, totals }: Machine): Machine => ({
  ...known,
  name,
  serial,
  meters,
  totals,
});

/** Folds a batch over one copy of the map: a busy floor has thousands of machines and hundreds of events a batch. */
function withEvents(floor: Floor, events: readonly PublicEvent[], live: boolean): Floor {
  const machines = new Map(floor.machines);
  const missing = new Map(floor.missing.map((machine) => [machine.machineId, machine]));
  let { cues } = floor;
  for (const event of events.filter(isMachineEvent)) {
    const machineId = machineIdOf(event);
    if (machineId === undefined) continue;
    const position = BigInt(event.position);
    const known = machines.get(machineId);
    if (!known) missing.set(machineId, { machineId, position });
    else if (position > known.readAt) machines.set(machineId, withEvent(known, event, position, live, (cues += 1)));
  }
  return { ...floor, machines, missing: [...missing.values()], cues };
}

function withEvent(
  known: FloorMachine,
  event: PublicEvent,
  position: bigint,
  live: boolean,
  cueNumber: number,
): FloorMachine {
  const { machine, cue: kind } = applyMachineEvent(known.machine, event);
  return {
    ...known,
    machine,
    cue: kind && live ? nextCue(known.cue, kind, cueNumber, Date.parse(event.occurredAt)) : known.cue,
    changedAt: position > known.changedAt ? position : known.changedAt,
  };
}

function nextCue(before: Cue | undefined, kind: CueKind, number: number, atMs: number): Cue {
  if (before?.kind === 'win' && kind === 'change' && atMs - before.atMs < winCueMs) return before;
  return { kind, number, atMs };
}
