import type { MachineState } from './state.js';

/** Whether a host polls the machine: it is synchronised and was polled within the loop-break time. */
export const isOnline = ({ link, profile }: MachineState, now: number): boolean =>
  link.synchronisedAt !== null && now - link.lastPollAt < profile.loopBreakMs;
