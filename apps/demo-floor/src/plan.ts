import { denominationOf, newMachine, standardProfile, type MachineProfile, type MachineState } from '#sas';

import { portOf, type FloorDescription } from './floor-file.js';
import type { FloorOptions } from './options.js';

/** A machine of the floor, and the name that stands on it. */
export interface PlannedMachine {
  readonly name: string;
  readonly machine: MachineState;
}

export interface PlannedLine {
  readonly port: number;
  readonly machines: readonly PlannedMachine[];
}

export interface FloorPlan {
  readonly lines: readonly PlannedLine[];
  readonly controlPort: number;
}

const titles = ['Brass Abacus', 'Lucky Sevens', 'River Pearl', 'Copper Crown', 'Night Owl', 'Wild Orchard'];
/** Mostly 0.01, some 0.05 and 0.25. */
const denominationCodes = [0x01, 0x01, 0x01, 0x02, 0x01, 0x04];
const hopperHoldsUnits = 200;
const gameLastsAtMostMs = 3000;

function profileOf(index: number, { gameEveryMs, playWithoutHost }: FloorOptions): MachineProfile {
  const denominationCode = denominationCodes[index % denominationCodes.length] ?? standardProfile.denominationCode;
  const profile = { ...standardProfile, denominationCode, playsWithoutHost: playWithoutHost };
  return {
    ...profile,
    hopperLimit: (hopperHoldsUnits * 10_000) / denominationOf(profile),
    gameLastsMs: gameEveryMs === 0 ? gameLastsAtMostMs : Math.min(gameLastsAtMostMs, Math.ceil(gameEveryMs * 0.3)),
  };
}

function machineOf(index: number, options: FloorOptions, clockOffsetMs: number): PlannedMachine {
  const number = String(index + 1).padStart(2, '0');
  const address = (index % options.machinesPerLine) + 1;
  const serial = `TH${String(index + 1).padStart(6, '0')}`;
  const machine = newMachine({
    address,
    serial,
    profile: profileOf(index, options),
    seed: options.seed,
    clockOffsetMs,
  });
  return { name: `${titles[index % titles.length]} ${number}`, machine };
}

/**
 * Which machines stand on which line, and where the lines listen: on the ports asked for, else where they were last time, else
 * anywhere (0).
 * @param clockOffsetMs what new machines' clocks are ahead of UTC
 */
export function planFloor(options: FloorOptions, last: FloorDescription | null, clockOffsetMs: number): FloorPlan {
  const lineCount = Math.ceil(options.machines / options.machinesPerLine);
  const all = Array.from({ length: options.machines }, (_, index) => machineOf(index, options, clockOffsetMs));
  const remembered = (url: string | undefined): number => (url === undefined ? 0 : portOf(url));
  const lines = Array.from({ length: lineCount }, (_, index) => ({
    port: options.port === 0 ? remembered(last?.lines[index]?.url) : options.port + index,
    machines: all.slice(index * options.machinesPerLine, (index + 1) * options.machinesPerLine),
  }));
  return { lines, controlPort: options.port === 0 ? remembered(last?.control) : options.port + lineCount };
}
