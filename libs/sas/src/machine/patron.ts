import type { CabinetInput, MachineDoor } from './inputs.js';
import { meter, reading } from './meter-book.js';
import { isOnline } from './online.js';
import { draw, randomFrom, type RandomState } from './random.js';
import type { MachineState } from './state.js';

export interface PatronSettings {
  /** Between the starts of two games; 0: nobody plays, and nobody turns a key. */
  readonly gameEveryMs: number;
}

/** The people around one machine: a player who comes back, and an attendant. They are not part of the machine. */
export interface Patron {
  readonly random: RandomState;
  readonly nextGameAt: number | null;
  readonly resetHandpayAt: number | null;
  readonly closeDoorsAt: number | null;
}

export const newPatron = (seed: number, serial: string): Patron => ({
  random: randomFrom(seed, `patron of ${serial}`),
  nextGameAt: null,
  resetHandpayAt: null,
  closeDoorsAt: null,
});

/** What the people do now, and who they are then. */
export interface PatronStep {
  readonly patron: Patron;
  readonly inputs: readonly CabinetInput[];
}

const wagers = [1, 2, 5, 10, 20, 25, 50];
const doors: readonly MachineDoor[] = ['slot', 'slot', 'slot', 'slot', 'cashbox', 'drop', 'card-cage'];
/** One of so many times, in place of a game. */
const cashOutOneIn = 80;
const doorOneIn = 200;
const attendantComesAfterMs = 20_000;
const attendantTakesUpToMs = 20_000;
const doorStaysOpenMs = 5_000;
const doorStaysOpenUpToMs = 15_000;

interface Chance {
  /** A whole number below `below`. */
  one(below: number): number;
  among<Item>(items: readonly Item[], otherwise: Item): Item;
  readonly random: RandomState;
}

function chanceOf(start: RandomState): Chance {
  let random = start;
  const one = (below: number): number => {
    const drawn = draw(random, below);
    random = drawn.random;
    return drawn.value;
  };
  return {
    one,
    among: (items, otherwise) => items[one(items.length)] ?? otherwise,
    get random() {
      return random;
    },
  };
}

function play({ books, profile }: MachineState, chance: Chance): CabinetInput[] {
  const credits = reading(books.meters, meter.currentCredits);
  if (chance.one(doorOneIn) === 0) return [{ input: 'open-door', door: chance.among(doors, 'slot') }];
  if (credits > 0 && chance.one(cashOutOneIn) === 0) return [{ input: 'press-cash-out' }];
  const wager = Math.min(chance.among(wagers, 1), profile.maxBet);
  const bill: CabinetInput = { input: 'insert-bill', billCode: chance.among(profile.acceptedBillCodes, 0) };
  return [...(credits < wager ? [bill] : []), { input: 'start-game', wager }];
}

/** The attendant comes 20 to 40 s after the handpay, whether or not the host has read its record. */
function attend(patron: Patron, { books }: MachineState, now: number, chance: Chance): PatronStep {
  const inputs: CabinetInput[] = [];
  let { resetHandpayAt, closeDoorsAt } = patron;
  if (!books.handpay) resetHandpayAt = null;
  else if (resetHandpayAt === null) resetHandpayAt = now + attendantComesAfterMs + chance.one(attendantTakesUpToMs);
  else if (now >= resetHandpayAt) inputs.push({ input: 'reset-handpay' });
  if (books.openDoors.length === 0) closeDoorsAt = null;
  else if (closeDoorsAt === null) closeDoorsAt = now + doorStaysOpenMs + chance.one(doorStaysOpenUpToMs);
  else if (now >= closeDoorsAt) inputs.push(...books.openDoors.map((door) => ({ input: 'close-door', door }) as const));
  return { patron: { ...patron, resetHandpayAt, closeDoorsAt }, inputs };
}

/**
 * What the people around a machine do at this moment; ask often. Pure: the same seed does the same on the same evening. A
 * player who finds the machine out of play waits for the next turn.
 */
export function patronStep(patron: Patron, settings: PatronSettings, state: MachineState, now: number): PatronStep {
  if (settings.gameEveryMs === 0) return { patron, inputs: [] };
  const chance = chanceOf(patron.random);
  const attended = attend(patron, state, now, chance);
  const closed = !state.profile.playsWithoutHost && !isOnline(state, now);
  if (closed || patron.nextGameAt === null) {
    const nextGameAt = closed ? null : now + settings.gameEveryMs / 4 + chance.one(settings.gameEveryMs);
    return { ...attended, patron: { ...attended.patron, nextGameAt, random: chance.random } };
  }
  if (now < patron.nextGameAt) return { ...attended, patron: { ...attended.patron, random: chance.random } };
  const { game, handpay, openDoors, playLocked } = state.books;
  const free = !game && !handpay && !playLocked && openDoors.length === 0;
  const inputs = [...attended.inputs, ...(free ? play(state, chance) : [])];
  const nextGameAt = Math.max(patron.nextGameAt + settings.gameEveryMs, now);
  return { patron: { ...attended.patron, nextGameAt, random: chance.random }, inputs };
}
