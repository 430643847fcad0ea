import type { Actor, Money, Role } from '#kernel';

/** What the REST API answers, as far as the panel reads it. Amounts are whole minor units. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Opaque; null on the last page. */
  readonly next: string | null;
}

export interface Hall {
  readonly id: string;
  readonly name: string;
  readonly currency: string;
  readonly timeZone: string;
  /** Local time at which the gaming day starts, `HH:MM`. */
  readonly dayStart: string;
  readonly machines: number;
  readonly totals: HallTotals;
}

interface HallTotals {
  readonly games: number;
  readonly wager: Money;
  readonly win: Money;
  readonly billsIn: Money;
  readonly deposits: Money;
  readonly withdrawals: Money;
}

export const doors = ['slot', 'drop', 'card-cage', 'cashbox'] as const;
export type Door = (typeof doors)[number];
type DoorState = 'open' | 'closed';

export type LineState = 'online' | 'offline' | 'unknown';
export type PlayState = 'unlocked' | 'lock-requested' | 'locked' | 'unlock-requested';

export interface Credit {
  readonly credits: number;
  readonly amount: Money;
}

export interface Machine {
  readonly id: string;
  readonly hallId: string;
  readonly name: string;
  readonly gatewayId: string;
  readonly address: number;
  readonly serial: string | null;
  readonly state: LineState;
  readonly play: PlayState;
  readonly doors: Readonly<Record<Door, DoorState>>;
  readonly credit: Credit | null;
  readonly lastGame: { readonly wager: Money; readonly win: Money; readonly endedAt: string } | null;
  readonly lastWin: Money | null;
  readonly lastSeenAt: string | null;
  /** Reading by SAS meter code (two to four hexadecimal digits), in the meter's own unit. */
  readonly meters: Readonly<Record<string, number>>;
  readonly handpay: { readonly amount: Money } | null;
  readonly totals: { readonly games: number; readonly wager: Money; readonly win: Money; readonly billsIn: Money };
}

/** One stored event of a machine. */
export interface HistoryItem {
  readonly id: string;
  readonly type: string;
  /** Decimal; compared as bigint. */
  readonly position: string;
  readonly occurredAt: string;
  readonly actor: Actor;
  readonly data: Readonly<Record<string, unknown>>;
  /** What a code in the data says. */
  readonly meaning?: string;
}

/** The answer to a sign-in. */
export interface TokenAnswer {
  readonly access_token: string;
  /** Seconds. */
  readonly expires_in: number;
  /** For the next token, once. */
  readonly refresh_token: string;
  readonly staff: { readonly login: string; readonly roles: readonly Role[] };
}

/** The answer to a command that a machine must confirm (202). */
export interface PendingCommand {
  readonly commandId: string;
  readonly position?: string;
}

/** All meters of a machine at one time. */
export interface MeterRow {
  readonly code: string;
  /** Empty for a meter that nobody has a name for. */
  readonly name: string;
  readonly unit: 'credits' | 'cents' | 'count' | 'hundredths-of-a-percent' | null;
  readonly reading: number;
}
export interface GamesAnswer {
  readonly items: readonly {
    readonly game: number;
    readonly name: string | null;
    readonly payTable: string | null;
    /** Hundredths of a percent, four digits. */
    readonly basePercent: string | null;
    /** By SAS meter code, in credits. */
    readonly meters: Readonly<Record<string, number>> | null;
  }[];
}
export interface SnapshotRow {
  readonly id: string;
  readonly trigger: string;
  readonly meters: Readonly<Record<string, number>>;
  readonly readAt: string;
}

export interface HandpayRow {
  readonly amount: Money;
  readonly requestedAt: string;
  readonly resetAt: string | null;
}

export interface AlarmRow {
  readonly kind: string;
  readonly message: string;
  readonly at: string;
}

/** Money between the house's account and a machine. */
export interface TransferRow {
  readonly id: string;
  readonly direction: 'to-machine' | 'to-house';
  readonly requested: Money;
  readonly moved: Money | null;
  readonly status: string;
  /** What the machine said at last. */
  readonly machineSaid: string | null;
  readonly detail: string | null;
  readonly requestedAt: string;
}
