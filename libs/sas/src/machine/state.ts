import type { RealTimeEvent } from '../codec/index.js';
import type { MachineDoor } from './inputs.js';
import { meter, restarted, zeroMeters, type MeterBook } from './meter-book.js';
import type { MachineProfile } from './profile.js';
import { randomFrom, type RandomState } from './random.js';

export interface Game {
  readonly number: number;
  readonly wager: number;
  /** Drawn when the game started, so that a power cut changes nothing about it. */
  readonly win: number;
  /** Milliseconds since 1970. */
  readonly endsAt: number;
}

export interface Handpay {
  readonly kind: 'win' | 'cancelled-credits';
  readonly credits: number;
  /** The host has read 1B, and has acknowledged it: 51 is not issued any more. */
  readonly read: boolean;
}

/** What the machine keeps through a power cut. Plain data: it is written to the machine's memory as it stands. */
export interface Books {
  readonly meters: MeterBook;
  readonly openDoors: readonly MachineDoor[];
  readonly playLocked: boolean;
  readonly selectedGame: number;
  readonly game: Game | null;
  readonly handpay: Handpay | null;
  readonly realTimeEvents: boolean;
  /** Milliseconds that the machine's local time is ahead of UTC. */
  readonly clockOffsetMs: number;
  /** Oldest first; the first stays until the host has acknowledged it. */
  readonly queue: readonly RealTimeEvent[];
  /** An exception found the queue full and is lost; 70 has not been acknowledged yet. */
  readonly queueOverflowed: boolean;
  readonly random: RandomState;
}

/** What the host's next poll acknowledges, if it is not a repeat. */
export type Pending = 'nothing' | 'queued-event' | 'overflow' | 'handpay-pending' | 'handpay-record';

/** What is gone with the power. */
export interface Link {
  /** When a poll for another address was heard; null after power-up and loop break, when polls do not count yet. */
  readonly synchronisedAt: number | null;
  /** Bytes of the message that is coming in; null between messages and while another machine is spoken to. */
  readonly incoming: readonly number[] | null;
  readonly lastPollAt: number;
  readonly lastChirpAt: number;
  /** The last poll as received and its answer, for a host that repeats it. */
  readonly last: { readonly request: string; readonly reply: readonly number[]; readonly pending: Pending } | null;
  /** When 51 was last acknowledged, to be issued again until 1B is read. */
  readonly handpayIssuedAt: number | null;
  readonly busyUntil: number;
}

export interface MachineState {
  /** 1 to 127. */
  readonly address: number;
  readonly serial: string;
  readonly profile: MachineProfile;
  readonly books: Books;
  readonly link: Link;
}

export interface NewMachine {
  readonly address: number;
  readonly serial: string;
  readonly profile: MachineProfile;
  readonly seed: number;
  readonly clockOffsetMs?: number;
}

export const linkAfterPowerUp = (now: number): Link => ({
  synchronisedAt: null,
  incoming: null,
  lastPollAt: now,
  lastChirpAt: now,
  last: null,
  handpayIssuedAt: null,
  busyUntil: 0,
});

/** A machine that never had power: `powerUp` it. */
export function newMachine({ address, serial, profile, seed, clockOffsetMs = 0 }: NewMachine): MachineState {
  return {
    address,
    serial,
    profile,
    books: {
      meters: restarted(zeroMeters, meter.theoreticalPayback, Number(profile.basePercent)),
      openDoors: [],
      playLocked: false,
      selectedGame: 1,
      game: null,
      handpay: null,
      realTimeEvents: false,
      clockOffsetMs,
      queue: [],
      queueOverflowed: false,
      random: randomFrom(seed, serial),
    },
    link: linkAfterPowerUp(0),
  };
}
