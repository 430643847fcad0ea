import { bcd, binary, type Fields, type ValuesOf } from './fields.js';

/** Exceptions that carry data when they are reported as real-time events (long poll 0E on). All others carry none. */
export const realTimeLayouts = {
  billAccepted: { code: 0x4f, fields: { country: bcd(1), billCode: binary(1), billMeter: bcd(4) } },
  legacyBonusPaid: {
    code: 0x7c,
    fields: { multiplier: binary(1), multipliedWin: bcd(4), taxStatus: binary(1), bonus: bcd(4) },
  },
  gameStarted: {
    code: 0x7e,
    fields: { wager: bcd(2), coinInMeter: bcd(4), wagerType: binary(1), progressiveGroup: binary(1) },
  },
  gameEnded: { code: 0x7f, fields: { win: bcd(4) } },
  reelStopped: { code: 0x88, fields: { reel: binary(1), stop: binary(1) } },
  gameRecallDisplayed: { code: 0x8a, fields: { game: bcd(2), entry: binary(2) } },
  gameSelected: { code: 0x8c, fields: { game: bcd(2) } },
} as const satisfies Readonly<Record<string, { readonly code: number; readonly fields: Fields }>>;

export type DetailedEventName = keyof typeof realTimeLayouts;

type Detailed = {
  [Name in DetailedEventName]: {
    readonly name: Name;
    readonly data: ValuesOf<(typeof realTimeLayouts)[Name]['fields']>;
  };
}[DetailedEventName];

/** What happened: `plain` for codes without data, unknown codes among them. */
export type RealTimeEvent = Detailed | { readonly name: 'plain'; readonly code: number };

interface EventLayout {
  readonly name: DetailedEventName;
  readonly code: number;
  readonly fields: Fields;
}

const layouts = new Map<number, EventLayout>();
for (const name of Object.keys(realTimeLayouts) as DetailedEventName[]) {
  layouts.set(realTimeLayouts[name].code, { name, ...realTimeLayouts[name] });
}

export const realTimeLayoutOf = (code: number): EventLayout | undefined => layouts.get(code);

/** The exception code of an event. */
export const codeOfEvent = (event: RealTimeEvent): number =>
  event.name === 'plain' ? event.code : realTimeLayouts[event.name].code;
