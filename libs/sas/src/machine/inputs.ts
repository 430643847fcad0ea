import { z } from 'zod';

import type { WireSymbol } from '../transport/symbols.js';

export const machineDoors = ['slot', 'drop', 'card-cage', 'cashbox', 'belly'] as const;
const door = z.enum(machineDoors);
export type MachineDoor = z.output<typeof door>;

const credits = z.int().min(1).max(9999);
const byte = z.int().min(0).max(255);
const cents = z.int().min(1).max(9_999_999_999);

/** What people do to a machine: players at its buttons, attendants with their keys, and what fails in it. */
export const cabinetInputSchema = z.discriminatedUnion('input', [
  z.strictObject({ input: z.literal('insert-bill'), billCode: z.int().min(0).max(0x17) }),
  z.strictObject({ input: z.literal('insert-ticket'), validation: z.string().regex(/^\d{18}$/), cents }),
  z.strictObject({
    input: z.literal('start-game'),
    wager: credits,
    /** In place of what the reels would show; credits. */
    win: z.int().min(0).max(99_999_999).optional(),
  }),
  z.strictObject({ input: z.literal('end-game') }),
  z.strictObject({ input: z.literal('hit-progressive'), level: z.int().min(1).max(32) }),
  z.strictObject({ input: z.literal('press-cash-out') }),
  z.strictObject({ input: z.literal('press-change-lamp'), on: z.boolean() }),
  z.strictObject({ input: z.literal('cancel-handpay') }),
  z.strictObject({ input: z.literal('open-door'), door }),
  z.strictObject({ input: z.literal('close-door'), door }),
  z.strictObject({ input: z.literal('remove-cashbox') }),
  z.strictObject({ input: z.literal('install-cashbox') }),
  z.strictObject({ input: z.literal('reset-handpay') }),
  z.strictObject({ input: z.literal('select-game'), game: z.int().min(1).max(9999) }),
  z.strictObject({ input: z.literal('open-menu'), menu: z.enum(['attendant', 'operator']) }),
  z.strictObject({ input: z.literal('close-menu') }),
  z.strictObject({ input: z.literal('set-out-of-service'), out: z.boolean() }),
  /** In the operator menu. */
  z.strictObject({ input: z.literal('set-denomination'), denominationCode: byte }),
  z.strictObject({ input: z.literal('set-asset'), asset: z.int().min(0).max(0xffff_ffff) }),
  z.strictObject({ input: z.literal('allow-host-cash-out'), allowed: z.boolean() }),
  z.strictObject({ input: z.literal('ask-registration') }),
  z.strictObject({ input: z.literal('confirm-registration'), confirmed: z.boolean() }),
  /** Meters to zero, registration and validation id lost, cash-out to the host off. */
  z.strictObject({ input: z.literal('clear-memory') }),
  /** As if so many games of one credit had been played and paid back: for meters that are about to wrap. */
  z.strictObject({ input: z.literal('age'), games: z.int().min(1).max(99_999_999) }),
  /** A tilt or fault by its exception code; play stops until it is cleared. */
  z.strictObject({ input: z.literal('raise-tilt'), code: byte }),
  z.strictObject({ input: z.literal('clear-tilt') }),
  /** Any other exception, said once from the queue. */
  z.strictObject({ input: z.literal('report'), code: byte }),
  /** The status that the next transfer gets, whatever the machine would say. */
  z.strictObject({ input: z.literal('force-transfer-status'), status: byte }),
  /** Power goes and comes back at once. */
  z.strictObject({ input: z.literal('cycle-power') }),
  z.strictObject({ input: z.literal('cut-power') }),
  z.strictObject({ input: z.literal('restore-power') }),
  /** For so long, polls are answered with busy. */
  z.strictObject({ input: z.literal('be-busy'), forMs: z.int().min(0).max(60_000) }),
  /** The machine hangs: it says nothing, or its last words again and again. */
  z.strictObject({ input: z.literal('hang'), how: z.enum(['silent', 'repeating']) }),
  z.strictObject({ input: z.literal('recover') }),
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
  | 'in-use'
  | 'no-credits'
  | 'no-game-in-progress'
  | 'no-handpay-pending'
  | 'no-power'
  | 'no-such-game'
  | 'not-now'
  | 'ticket-not-accepted'
  | 'wager-over-limit';
