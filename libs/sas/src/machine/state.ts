import type { RealTimeEvent } from '../codec/index.js';
import { newAftBooks, type AftBooks } from './aft/aft-books.js';
import type { MachineDoor } from './inputs.js';
import { meter, restarted, zeroMeters, type MeterBook } from './meter-book.js';
import type { MachineProfile } from './profile.js';
import { randomFrom, type RandomState } from './random.js';
import { newTicketBooks, type TicketBooks } from './ticket-books.js';

export interface Game {
  readonly number: number;
  readonly wager: number;
  /** Drawn when the game started, so that a power cut changes nothing about it. */
  readonly win: number;
  /** Milliseconds since 1970. */
  readonly endsAt: number;
  /** The level that the win belongs to, for a progressive win. */
  readonly level?: number;
}

export interface Handpay {
  readonly kind: 'win' | 'cancelled-credits';
  readonly credits: number;
  /** The host has read 1B, and has acknowledged it: 51 is not issued any more. */
  readonly read: boolean;
  /** Offered to the host until then (6B), before it becomes a handpay. Milliseconds since 1970. */
  readonly offeredUntil?: number;
}

/** What a host has set. */
export interface Controls {
  readonly soundOn: boolean;
  readonly gameSoundsOn: boolean;
  readonly billAcceptorOn: boolean;
  /** Bills taken, bit 0 for code 00; all of the profile's at first. */
  readonly billMask: number;
  readonly acceptorStaysOn: boolean;
  readonly maintenance: boolean;
  /** In units of 100 ms. */
  readonly gameDelay: number;
  readonly autoRebet: boolean;
  readonly disabledGames: readonly number[];
  readonly handpayToCredits: boolean;
}

export interface Progressive {
  /** Amounts by level as the host said them last; cents. */
  readonly levels: Readonly<Record<string, number>>;
  readonly heardAt: number | null;
  readonly win: { readonly level: number; readonly amount: number } | null;
}

/** What the machine keeps through a power cut. Plain data: it is written to the machine's memory as it stands. */
export interface Books {
  readonly meters: MeterBook;
  /** By game number; null on a machine with one game, whose meters are the machine's. */
  readonly gameMeters: Readonly<Record<string, MeterBook>> | null;
  readonly slotDoorOpenings: number;
  readonly powerResets: number;
  readonly denominationCode: number;
  readonly openDoors: readonly MachineDoor[];
  readonly doorsWithoutPower: readonly MachineDoor[];
  readonly cashboxRemoved: boolean;
  readonly powerOff: boolean;
  readonly menu: 'none' | 'attendant' | 'operator';
  readonly outOfService: boolean;
  /** Exception code of the tilt that stops play; null on a sound machine. */
  readonly tilt: number | null;
  readonly playLocked: boolean;
  readonly selectedGame: number;
  readonly game: Game | null;
  readonly handpay: Handpay | null;
  readonly realTimeEvents: boolean;
  readonly controls: Controls;
  /** Milliseconds that the machine's local time is ahead of UTC. */
  readonly clockOffsetMs: number;
  /** Oldest first; the first stays until the host has acknowledged it. */
  readonly queue: readonly RealTimeEvent[];
  /** An exception found the queue full and is lost; 70 has not been acknowledged yet. */
  readonly queueOverflowed: boolean;
  /** Priority exceptions that one acknowledgement serves, oldest first. */
  readonly oneShots: readonly number[];
  readonly lastBill: { readonly billCode: number; readonly meter: number } | null;
  readonly progressive: Progressive;
  /** Legacy bonuses by what they are for the tax; left out where none was paid. */
  readonly legacyBonus?: { readonly deductible: number; readonly nonDeductible: number; readonly wagerMatch: number };
  /** Credits that may be played and not cashed out are on meter 1B; these may be cashed out only by the host. */
  readonly nonRestrictedCredits: number;
  readonly restrictedPool: number;
  readonly restrictedExpiration: number;
  readonly romSignature: number | null;
  readonly aft: AftBooks;
  readonly tickets: TicketBooks;
  readonly random: RandomState;
}

/** What the host's next poll acknowledges, if it is not a repeat. */
export type Pending =
  | {
      readonly kind:
        'nothing' | 'queued-event' | 'handpay-record' | 'validation-record' | 'transfer' | 'ticket-outcome';
    }
  | { readonly kind: 'rom-signature' }
  | { readonly kind: 'priority'; readonly code: number };

export const nothingPending: Pending = { kind: 'nothing' };

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
  /** When a priority exception was last acknowledged without being served, by code. */
  readonly issuedAt: Readonly<Record<string, number>>;
  readonly busyUntil: number;
  readonly busyAnswers: number;
  /** A machine that hangs: it says nothing, or its last words for ever. */
  readonly stuck: 'silent' | 'repeating' | null;
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
  issuedAt: {},
  busyUntil: 0,
  busyAnswers: 0,
  stuck: null,
});

const maskOf = (billCodes: readonly number[]): number => billCodes.reduce((mask, code) => mask + 2 ** code, 0);

const factoryControls = ({ acceptedBillCodes }: MachineProfile): Controls => ({
  soundOn: true,
  gameSoundsOn: true,
  billAcceptorOn: true,
  billMask: maskOf(acceptedBillCodes),
  acceptorStaysOn: true,
  maintenance: false,
  gameDelay: 0,
  autoRebet: false,
  disabledGames: [],
  handpayToCredits: false,
});

/** Books as they leave the factory, and after a RAM clear. */
export function newBooks(profile: MachineProfile, random: RandomState, clockOffsetMs: number): Books {
  const meters = Object.fromEntries(
    Object.entries(zeroMeters).filter(([key]) => !profile.missingMeters.includes(Number.parseInt(key, 16))),
  );
  return {
    meters: restarted(meters, meter.theoreticalPayback, Number(profile.basePercent)),
    gameMeters: profile.games > 1 ? {} : null,
    slotDoorOpenings: 0,
    powerResets: 0,
    denominationCode: profile.denominationCode,
    openDoors: [],
    doorsWithoutPower: [],
    cashboxRemoved: false,
    powerOff: false,
    menu: 'none',
    outOfService: false,
    tilt: null,
    playLocked: false,
    selectedGame: 1,
    game: null,
    handpay: null,
    realTimeEvents: false,
    controls: factoryControls(profile),
    clockOffsetMs,
    queue: [],
    queueOverflowed: false,
    oneShots: [],
    lastBill: null,
    progressive: { levels: {}, heardAt: null, win: null },
    nonRestrictedCredits: 0,
    restrictedPool: 0,
    restrictedExpiration: 0,
    romSignature: null,
    aft: newAftBooks(profile),
    tickets: newTicketBooks,
    random,
  };
}

/** A machine that never had power: `powerUp` it. */
export const newMachine = ({ address, serial, profile, seed, clockOffsetMs = 0 }: NewMachine): MachineState => ({
  address,
  serial,
  profile,
  books: newBooks(profile, randomFrom(seed, serial), clockOffsetMs),
  link: linkAfterPowerUp(0),
});

/** Books that an older program wrote: what they do not have is as on a new machine. */
export const completed = (blank: Books, stored: Partial<Books>): Books => ({
  ...blank,
  ...stored,
  meters: { ...blank.meters, ...stored.meters },
});
