import type { HostProfile } from './profile.js';

/** The time as an input: one clock that never jumps, for the line, and the wall clock, for what is written down. */
export interface Moment {
  /** Milliseconds since any fixed instant; never goes back. */
  readonly elapsedMs: number;
  /** Milliseconds since the Unix epoch. */
  readonly epochMs: number;
}

/** How long a line waits. Sources: the link layer's figures; a transport that adds latency brings its own. */
export interface LineTiming {
  /** From the last byte of a poll to the first of its answer. The wire allows 20 ms. */
  readonly answerWithinMs: number;
  /** Silence that ends an answer. The wire allows 5 ms between bytes. */
  readonly gapMs: number;
  /** Time of one byte on the wire: 11 bits at 19 200 baud on a real line. */
  readonly byteMs: number;
}

export const serialTiming: LineTiming = { answerWithinMs: 25, gapMs: 8, byteMs: 0.573 };
/** Two programs with schedulers of their own stand where the wire was. */
export const tcpTiming: LineTiming = { answerWithinMs: 80, gapMs: 12, byteMs: 0 };

export const defaultPollEveryMs = 200;
/** Faster polling than this no machine has to bear. */
export const minimumPollEveryMs = 40;
/** A machine that hears nothing for 5 s takes the link for broken. */
export const maximumPollEveryMs = 5000;

/** Times that the same poll is sent again before its answer is given up. */
export const maximumResends = 2;
/** Missed general polls after which a machine is offline. */
export const missedPollsUntilOffline = 5;
/** Polls that one machine may take up in one turn, exceptions and long polls together. */
export const maximumPollsPerTurn = 40;
/** Commands that may wait for one machine. */
export const maximumWaitingCommands = 32;
/** Once credits moved, the meters that show them are read this soon, in milliseconds, whatever the schedule was. */
export const metersAfterCreditsMs = 2_000;
/** Amounts in cents are told as credits of a cent, so that no part of a credit is lost. In 1/10 000 of the currency's unit. */
export const centDenomination = 100;
/** A priority exception that nobody serves comes again within this, in milliseconds: machines repeat it every 15 s. */
export const reissuedWithinMs = 20_000;
/** A clock further off than this is a fact, and is set. */
export const maximumClockOffsetMs = 2000;

/** Milliseconds between readings of one machine. */
export interface ReadingSchedule {
  readonly metersWithCreditsMs: number;
  readonly metersWithoutCreditsMs: number;
  readonly clockMs: number;
}

export const defaultSchedule: ReadingSchedule = {
  metersWithCreditsMs: 10_000,
  metersWithoutCreditsMs: 60_000,
  clockMs: 300_000,
};

export interface MachineOnLine {
  readonly machineId: string;
  /** 1 to 127. */
  readonly address: number;
  /** What is known of its brand; the standard one when left out. */
  readonly profile?: HostProfile;
}

export interface LineSettings {
  readonly machines: readonly MachineOnLine[];
  readonly pollEveryMs: number;
  readonly timing: LineTiming;
  readonly schedule: ReadingSchedule;
  /** The hall's wall clock as `2026-01-15T13:30:00`, for the clocks of its machines. */
  readonly localTime: (epochMs: number) => string;
  /** The key that machines are registered with for AFT, 40 hexadecimal digits; null where machines want none. */
  readonly registrationKey?: string | null;
}
