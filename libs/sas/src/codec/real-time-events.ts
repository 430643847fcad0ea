import type { Fields, ValuesOf } from './field.js';
import { bcd, binary, bits } from './fields.js';
import type { Certainty } from './polls/shape.js';

/** Exceptions that carry data when they are reported as real-time events (long poll 0E on). All others carry none. */
export const realTimeLayouts = {
  billAccepted: {
    code: 0x4f,
    certainty: '2+',
    fields: { country: bcd(1), billCode: binary(1), billMeter: bcd(4) },
  },
  legacyBonusPaid: {
    code: 0x7c,
    certainty: 'D',
    fields: { multiplier: binary(1), multipliedWin: bcd(4), taxStatus: binary(1), bonus: bcd(4) },
  },
  gameStarted: {
    code: 0x7e,
    certainty: '2+',
    fields: { wager: bcd(2), coinInMeter: bcd(4), wagerType: binary(1), progressiveGroup: binary(1) },
  },
  gameEnded: { code: 0x7f, certainty: '2+', fields: { win: bcd(4) } },
  reelStopped: { code: 0x88, certainty: '2+', fields: { reel: binary(1), stop: binary(1) } },
  creditWagered: { code: 0x89, certainty: '?', fields: { credits: binary(1) } },
  gameRecallDisplayed: { code: 0x8a, certainty: '2+', fields: { game: bcd(2), entry: binary(2) } },
  cardHeld: { code: 0x8b, certainty: 'D', fields: { card: bits(1, { 7: 'held' }) } },
  gameSelected: { code: 0x8c, certainty: '2+', fields: { game: bcd(2) } },
} as const satisfies Readonly<Record<string, EventShape>>;

interface EventShape {
  readonly code: number;
  readonly certainty: Certainty;
  readonly fields: Fields;
}

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
