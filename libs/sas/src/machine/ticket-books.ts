/** A ticket or handpay that was validated, as 4D reports it. */
export interface ValidationRecord {
  readonly type: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** 16 digits. */
  readonly validation: string;
  readonly cents: number;
  readonly ticketNumber: number;
  readonly systemId: number;
  readonly expiration: number;
  readonly pool: number;
}

/** What the machine keeps of tickets. */
export interface TicketBooks {
  readonly id: number;
  readonly sequence: number;
  /** Oldest first; a host reads and acknowledges them one by one. At most 31. */
  readonly records: readonly ValidationRecord[];
  /** Number of the record that `records` begins with, from 1 to 31 round and round. */
  readonly firstIndex: number;
  readonly printed: number;
  readonly cashOut: { readonly credits: number; readonly until: number } | null;
  readonly escrow: {
    readonly validation: string;
    readonly cents: number;
    readonly until: number;
    readonly read: boolean;
  } | null;
  /** What became of the last ticket; `told` once the host has heard it. */
  readonly outcome: {
    readonly status: number;
    readonly validation: string;
    readonly cents: number;
    readonly told: boolean;
  } | null;
  readonly extended: { readonly status: number; readonly cashableDays: number; readonly restrictedDays: number };
}

/** Validation records that the machine holds; a host that does not read them stops further tickets. */
export const maximumValidationRecords = 31;

export const newTicketBooks: TicketBooks = {
  id: 0,
  sequence: 0,
  records: [],
  firstIndex: 1,
  printed: 0,
  cashOut: null,
  escrow: null,
  outcome: null,
  extended: { status: 0x23, cashableDays: 30, restrictedDays: 30 },
};
