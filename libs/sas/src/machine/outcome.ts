import type { Refusal } from './inputs.js';
import type { Books, MachineState } from './state.js';

/** The machine after a person's doing, or why it did not do it. */
export type CabinetOutcome = { readonly state: MachineState } | { readonly refused: Refusal };

export const refused = (refusal: Refusal): CabinetOutcome => ({ refused: refusal });
export const kept = (state: MachineState, books: Books): CabinetOutcome => ({ state: { ...state, books } });
