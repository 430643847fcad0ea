import { transferTypes } from '../../codec/index.js';
import { cashableOn, centsOf, creditsOf, creditsOn, restrictedOn } from '../credits.js';
import { hasDenomination, outOfPlay } from '../readiness.js';
import type { MachineState } from '../state.js';
import { zeroKey, type Amounts, type TransferRequest } from './aft-books.js';

/** Statuses of long poll 72 that a machine says of its own. */
export const transferStatus = {
  full: 0x00,
  partial: 0x01,
  pending: 0x40,
  cancelled: 0x80,
  idNotUnique: 0x81,
  invalidFunction: 0x82,
  invalidAmount: 0x83,
  overLimit: 0x84,
  notMultiple: 0x85,
  noPartialToHost: 0x86,
  notNow: 0x87,
  notRegistered: 0x88,
  keyDiffers: 0x89,
  noPosId: 0x8a,
  noWonCredits: 0x8b,
  noDenomination: 0x8c,
  expired: 0x8d,
  ticketDevice: 0x8e,
  poolDiffers: 0x8f,
  receiptDevice: 0x90,
  receiptData: 0x91,
  noReceiptForType: 0x92,
  assetDiffers: 0x93,
  notLocked: 0x94,
  idInvalid: 0x95,
  otherTransfer: 0xc0,
  codeUnsupported: 0xc1,
  nothingKnown: 0xff,
} as const;

export const transferType = {
  toMachine: 0x00,
  bonus: 0x10,
  bonusJackpot: 0x11,
  toTicket: 0x20,
  debit: 0x40,
  debitToTicket: 0x60,
  toHost: 0x80,
  winToHost: 0x90,
} as const;

export const transferFlag = {
  controlsCashOut: 1,
  cashOutOn: 2,
  hard: 4,
  answersRequest: 8,
  onlyIfLocked: 64,
  receipt: 128,
} as const;

export const sumOf = ({ cashable, restricted, nonRestricted }: Amounts): number =>
  cashable + restricted + nonRestricted;
export const isToHost = (type: number): boolean => type === transferType.toHost || type === transferType.winToHost;
const isDebit = (type: number): boolean => type === transferType.debit || type === transferType.debitToTicket;
const isToTicket = (type: number): boolean => type === transferType.toTicket || type === transferType.debitToTicket;
const isBonus = (type: number): boolean => type === transferType.bonus || type === transferType.bonusJackpot;

const daysOnly = 9999;

/** An expiration is MMDDYYYY, or a number of days up to 9999. */
function isExpired(expiration: number, now: number): boolean {
  if (expiration <= daysOnly) return false;
  const text = String(expiration).padStart(8, '0');
  const until = Date.parse(`${text.slice(4)}-${text.slice(0, 2)}-${text.slice(2, 4)}T23:59:59Z`);
  return Number.isNaN(until) || until < now;
}

/** What is on the machine, by kind, in cents. */
export const amountsOn = ({ books }: MachineState): Amounts => ({
  cashable: Math.floor(centsOf(books, cashableOn(books))),
  restricted: Math.floor(centsOf(books, restrictedOn(books))),
  nonRestricted: Math.floor(centsOf(books, books.nonRestrictedCredits)),
});

/** Who may ask: asset, key, registration, id. */
function strangeness(
  { books, profile }: MachineState,
  { type, asset, key, id, cashable }: TransferRequest,
): number | null {
  const { aft } = books;
  if (!(type in transferTypes)) return transferStatus.invalidFunction;
  if (asset === 0 || asset !== aft.asset) return transferStatus.assetDiffers;
  if (profile.aft.zeroKey === 'refused' && key === zeroKey) return transferStatus.assetDiffers;
  if (profile.aft.registration === 'required' || isDebit(type)) {
    if (aft.registration !== 0x01) return transferStatus.notRegistered;
    if (aft.key !== key) return transferStatus.keyDiffers;
  }
  if (isDebit(type) && cashable > 0 && /^0+$/.test(aft.posId)) return transferStatus.noPosId;
  return /^[\x20-\x7e]+$/.test(id) ? null : transferStatus.idInvalid;
}

function refusalOfReceipt({ profile }: MachineState, { type, flags, receipt }: TransferRequest): number | null {
  if ((flags & transferFlag.receipt) === 0) return null;
  if (isBonus(type)) return transferStatus.noReceiptForType;
  if (!profile.printer) return transferStatus.receiptDevice;
  return profile.aft.receiptDataRequired && receipt === '' ? transferStatus.receiptData : null;
}

function refusalOfRestricted({ books }: MachineState, request: TransferRequest, now: number): number | null {
  if (request.restricted === 0 || isToHost(request.type)) return null;
  if (isExpired(request.expiration, now)) return transferStatus.expired;
  const other = restrictedOn(books) > 0 && request.pool !== books.restrictedPool;
  return other ? transferStatus.poolDiffers : null;
}

function refusalToHost(state: MachineState, code: number, request: TransferRequest): number | null {
  const { books, profile } = state;
  if (request.type === transferType.winToHost) return books.handpay?.offeredUntil ? null : transferStatus.noWonCredits;
  const on = amountsOn(state);
  const tooMuch =
    request.cashable > on.cashable || request.restricted > on.restricted || request.nonRestricted > on.nonRestricted;
  if (!tooMuch) return null;
  if (code === 0x00) return transferStatus.invalidAmount;
  if (!profile.aft.partialToHost) return transferStatus.noPartialToHost;
  return sumOf(on) === 0 ? transferStatus.invalidAmount : null;
}

function refusalOfAmount(state: MachineState, code: number, request: TransferRequest): number | null {
  const { books, profile } = state;
  const total = sumOf(request);
  if (total === 0) return transferStatus.invalidAmount;
  if (isToHost(request.type)) return refusalToHost(state, code, request);
  if (isToTicket(request.type)) return profile.printer ? null : transferStatus.ticketDevice;
  const credits = creditsOf(books, total);
  const whole = [request.cashable, request.restricted, request.nonRestricted].every(
    (each) => creditsOf(books, each) !== null,
  );
  if (credits === null || !whole) return transferStatus.notMultiple;
  const room = Math.floor(centsOf(books, profile.creditLimit - creditsOn(books)));
  if (total > profile.aft.limit || total > room) {
    const part = Math.min(profile.aft.limit, room);
    return code === 0x01 && request.cashable === total && part > 0 ? null : transferStatus.overLimit;
  }
  return null;
}

/** Why the machine does not take a transfer up, as a status of long poll 72; null when it does. */
export function refusalOfTransfer(
  state: MachineState,
  code: number,
  request: TransferRequest,
  now: number,
): number | null {
  const { books, profile } = state;
  if (code !== 0x00 && code !== 0x01) return transferStatus.codeUnsupported;
  const strange = strangeness(state, request);
  if (strange !== null) return strange;
  if (!hasDenomination(books)) return transferStatus.noDenomination;
  const needsLock = profile.aft.needsLock || (request.flags & transferFlag.onlyIfLocked) !== 0;
  if (needsLock && books.aft.lock.status !== 'locked') return transferStatus.notLocked;
  const offered = request.type === transferType.winToHost && books.handpay?.offeredUntil !== undefined;
  if (outOfPlay(books, { handpay: !offered }) || books.game) return transferStatus.notNow;
  return (
    refusalOfReceipt(state, request) ??
    refusalOfRestricted(state, request, now) ??
    refusalOfAmount(state, code, request)
  );
}
