import { z } from 'zod';

import type { WireSymbol } from '../transport/symbols.js';

export const machineDoors = ['slot', 'drop', 'card-cage', 'cashbox'] as const;
const door = z.enum(machineDoors);
export type MachineDoor = z.output<typeof door>;

const credits = z.int().min(1).max(9999);

/** What people do to a machine: players at its buttons, attendants with their keys. */
export const cabinetInputSchema = z.discriminatedUnion('input', [
  z.strictObject({ input: z.literal('insert-bill'), billCode: z.int().min(0).max(0x17) }),
  z.strictObject({
    input: z.literal('start-game'),
    wager: credits,
    /** In place of what the reels would show; credits. */
    win: z.int().min(0).max(99_999_999).optional(),
  }),
  z.strictObject({ input: z.literal('end-game') }),
  z.strictObject({ input: z.literal('press-cash-out') }),
  z.strictObject({ input: z.literal('open-door'), door }),
  z.strictObject({ input: z.literal('close-door'), door }),
  z.strictObject({ input: z.literal('reset-handpay') }),
  z.strictObject({ input: z.literal('select-game'), game: z.int().min(1).max(9999) }),
  /** Power goes and comes back at once. */
  z.strictObject({ input: z.literal('cycle-power') }),
  /** For so long, polls are answered with busy. */
  z.strictObject({ input: z.literal('be-busy'), forMs: z.int().min(0).max(60_000) }),
]);
export type CabinetInput = z.output<typeof cabinetInputSchema>;

/** Everything that reaches a machine. `tick` lets time pass: games end, events are re-issued, a lonely machine chirps. */
export type MachineInput =
  CabinetInput | { readonly input: 'symbols'; readonly symbols: readonly WireSymbol[] } | { readonly input: 'tick' };

/** Why a machine did not do what a person asked of it. */
export type Refusal =
  | 'bill-not-accepted'
  | 'cannot-play'
  | 'credits-too-low'
  | 'door-is-like-that'
  | 'game-in-progress'
  | 'no-credits'
  | 'no-game-in-progress'
  | 'no-handpay-pending'
  | 'no-such-game'
  | 'wager-over-limit';
