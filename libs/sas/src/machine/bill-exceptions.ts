import { billUnits, codeOfEvent, exceptionCodes, type RealTimeEvent } from '../codec/index.js';
import type { MachineProfile } from './profile.js';

/** Exceptions of single bills, which are not in the order of the denominations. */
const codeOfUnits: Readonly<Record<number, number>> = {
  1: 0x47,
  2: 0x4d,
  5: 0x48,
  10: 0x49,
  20: 0x4a,
  50: 0x4b,
  100: 0x4c,
  200: 0x50,
  500: 0x4e,
};

/** An event as the one byte that a general poll gets without real-time events. */
export function byteOfEvent(event: RealTimeEvent, { billExceptions }: MachineProfile): number {
  if (event.name !== 'billAccepted' || billExceptions === 'any-bill') return codeOfEvent(event);
  return codeOfUnits[billUnits(event.data.billCode) ?? 0] ?? exceptionCodes.billAccepted;
}
