import type { RequestData } from '../../codec/index.js';
import type { MachineProfile } from '../profile.js';

export type TransferRequest = NonNullable<NonNullable<RequestData<'transfer'>['entry']>['transfer']>;

export interface Amounts {
  readonly cashable: number;
  readonly restricted: number;
  readonly nonRestricted: number;
}

/** A transfer that the machine took up, and what became of it. Amounts are cents. */
export interface Transfer {
  readonly request: TransferRequest;
  /** 00: all or nothing; 01: a part will do. */
  readonly code: number;
  readonly status: number;
  readonly done: Amounts;
  readonly receiptStatus: number;
  /** When it completes; null once it has. Milliseconds since 1970. */
  readonly completesAt: number | null;
  readonly completedAt: number | null;
  /** Place in the history, from 1. */
  readonly position: number;
  /** The host has heard the outcome and acknowledged it. */
  readonly told: boolean;
  /** The status that a script has for its end. */
  readonly forced: number | null;
}

/** What the machine keeps of AFT. */
export interface AftBooks {
  readonly asset: number;
  /** As long poll 73 says it: 00 ready, 01 registered, 40 pending, 80 not registered. */
  readonly registration: number;
  readonly key: string;
  readonly posId: string;
  readonly registrationWanted: boolean;
  readonly lock: {
    readonly status: 'unlocked' | 'pending' | 'locked';
    readonly condition: number;
    readonly until: number;
  };
  readonly hostCashOut: { readonly allowed: boolean; readonly enabled: boolean; readonly hard: boolean };
  /** A cash-out that is offered to the host (6A), until then. */
  readonly cashOutOfferedUntil: number | null;
  readonly current: Transfer | null;
  /** Newest first. */
  readonly history: readonly Transfer[];
  /** Statuses that a script wants for the next transfers, in place of what the machine would say. */
  readonly forced: readonly number[];
}

export const zeroKey = '0'.repeat(40);

export const newAftBooks = ({ aft }: MachineProfile): AftBooks => ({
  asset: aft.asset,
  registration: 0x80,
  key: zeroKey,
  posId: '00000000',
  registrationWanted: false,
  lock: { status: 'unlocked', condition: 0, until: 0 },
  hostCashOut: { allowed: aft.hostCashOut, enabled: false, hard: false },
  cashOutOfferedUntil: null,
  current: null,
  history: [],
  forced: [],
});
