import { billUnitsByCode, billMeterCode, meterDefinitions, meterKey, meterModulus } from '../codec/index.js';

/** Readings by meter code in hexadecimal (`00` is coin in). A meter that is not here does not exist on the machine. */
export type MeterBook = Readonly<Record<string, number>>;

/** The meters that the machine moves, by what they count. */
export const meter = {
  coinIn: 0x00,
  coinOut: 0x01,
  jackpot: 0x02,
  handPaidCancelled: 0x03,
  cancelledCredits: 0x04,
  gamesPlayed: 0x05,
  gamesWon: 0x06,
  gamesLost: 0x07,
  coinsAccepted: 0x08,
  hopperPaid: 0x09,
  coinsToDrop: 0x0a,
  billsAccepted: 0x0b,
  currentCredits: 0x0c,
  cashableTicketsInCents: 0x0d,
  cashableTicketsOutCents: 0x0e,
  restrictedTicketsInCents: 0x0f,
  restrictedTicketsOutCents: 0x10,
  ticketsIn: 0x15,
  ticketsOut: 0x16,
  electronicIn: 0x17,
  electronicOut: 0x18,
  restrictedPlayed: 0x19,
  nonRestrictedPlayed: 0x1a,
  restrictedCredits: 0x1b,
  machinePaidPayTable: 0x1c,
  machinePaidProgressive: 0x1d,
  machinePaidBonus: 0x1e,
  attendantPaidPayTable: 0x1f,
  attendantPaidProgressive: 0x20,
  attendantPaidBonus: 0x21,
  totalWon: 0x22,
  totalHandPaid: 0x23,
  totalDrop: 0x24,
  gamesSincePowerReset: 0x25,
  gamesSinceDoorClose: 0x26,
  billsInStacker: 0x3e,
  stackerCredits: 0x3f,
  billsToDrop: 0x58,
  theoreticalPayback: 0x7f,
} as const;

/** Reserved codes, and those that one source alone knows: the machine does not have them. */
const uncertain = (code: number): boolean =>
  (code >= 0x3a && code <= 0x3d) || (code >= 0x79 && code <= 0x7e) || code >= 0xf0;

/** All meters at zero, as after a RAM clear. */
export const zeroMeters: MeterBook = Object.fromEntries(
  [...meterDefinitions.keys()].filter((code) => !uncertain(code)).map((code) => [meterKey(code), 0]),
);

const gameMeterCodes = [0x00, 0x01, 0x02, 0x05, 0x06, 0x07, 0x1c, 0x1d, 0x1f, 0x22];

/** What is counted for each of several games. */
export const zeroGameMeters: MeterBook = Object.fromEntries(gameMeterCodes.map((code) => [meterKey(code), 0]));

/** What a meter shows; 0 for one that the machine does not have. */
export const reading = (book: MeterBook, code: number): number => book[meterKey(code)] ?? 0;

/** Whether the machine has the meter. */
export const hasMeter = (book: MeterBook, code: number): boolean => Object.hasOwn(book, meterKey(code));

const wrapped = (value: number, code: number): number => {
  const modulus = meterModulus(code);
  return ((value % modulus) + modulus) % modulus;
};

export type MeterChange = readonly [code: number, by: number];

const everyKey = [...meterDefinitions.keys()].map(meterKey);

/** A copy, key by key: some keys look like array indices (`10`), and a spread of such an object costs five times as much. */
function copyOf(book: MeterBook): Record<string, number> {
  const copy: Record<string, number> = {};
  for (const key of everyKey) {
    const value = book[key];
    if (value !== undefined) copy[key] = value;
  }
  return copy;
}

/** Moves several meters at once: pairs of code and signed change. A meter past its last digit goes on at zero. */
export function moved(book: MeterBook, ...changes: readonly MeterChange[]): MeterBook {
  const next = copyOf(book);
  for (const [code, by] of changes) next[meterKey(code)] = wrapped((next[meterKey(code)] ?? 0) + by, code);
  return next;
}

/** Sets a meter that starts anew, like the games since the door was closed. */
export const restarted = (book: MeterBook, code: number, value = 0): MeterBook => ({
  ...book,
  [meterKey(code)]: value,
});

const paidByMachine = [meter.machinePaidPayTable, meter.machinePaidProgressive, meter.machinePaidBonus];
const paidByAttendant = [meter.attendantPaidPayTable, meter.attendantPaidProgressive, meter.attendantPaidBonus];

/** Each meter and what it must equal, as other meters added and taken away. */
const identities: readonly (readonly [code: number, plus: readonly number[], minus?: readonly number[]])[] = [
  [meter.gamesPlayed, [meter.gamesWon, meter.gamesLost]],
  [meter.coinOut, paidByMachine],
  [meter.jackpot, paidByAttendant],
  [meter.totalWon, [meter.coinOut, meter.jackpot]],
  [meter.cancelledCredits, [meter.handPaidCancelled, meter.hopperPaid]],
  [meter.totalHandPaid, [meter.jackpot, meter.handPaidCancelled]],
  [meter.totalDrop, [meter.billsToDrop, meter.coinsToDrop]],
  [meter.billsToDrop, [meter.billsAccepted]],
  [meter.stackerCredits, [meter.billsAccepted]],
  [meter.billsInStacker, billUnitsByCode.map((_, billCode) => billMeterCode(billCode))],
  [meter.ticketsIn, [0x28, 0x2a]],
  [0x28, [0x29, 0x2b]],
  [meter.ticketsOut, [0x2c, 0x2d]],
  [meter.electronicIn, [0x2e, 0x2f, 0x30, 0x31]],
  [meter.electronicOut, [0x32, 0x33, 0x34]],
  [meter.cashableTicketsInCents, [0x80, 0x84]],
  [meter.cashableTicketsOutCents, [0x86, 0x8a]],
  [meter.restrictedTicketsInCents, [0x82]],
  [meter.restrictedTicketsOutCents, [0x88]],
  [0x11, [0x81, 0x85]],
  [0x12, [0x87, 0x8b]],
  [0x13, [0x83]],
  [0x14, [0x89]],
  [0x35, [0x81]],
  [0x36, [0x83]],
  [0x37, [0x85]],
  [0x38, [0x87, 0x8b]],
  [0x39, [0x89]],
  [
    meter.currentCredits,
    [meter.billsAccepted, meter.coinsAccepted, meter.ticketsIn, meter.electronicIn, meter.coinOut],
    [meter.coinIn, meter.hopperPaid, meter.ticketsOut, meter.electronicOut, meter.handPaidCancelled],
  ],
];

/**
 * The identities that do not hold, in words; none on a sound machine, at any time. The last of them is the conservation of
 * credits: what went in and was won, less what was wagered and paid, is on the credit meter.
 */
export function brokenIdentities(book: MeterBook): string[] {
  return identities.flatMap(([code, plus, minus = []]) => {
    const sum = (codes: readonly number[]): number => codes.reduce((total, each) => total + reading(book, each), 0);
    const expected = wrapped(sum(plus) - sum(minus), code);
    const found = reading(book, code);
    return expected === found
      ? []
      : [`${meterDefinitions.get(code)?.name ?? meterKey(code)}: ${found} is not ${expected}`];
  });
}
