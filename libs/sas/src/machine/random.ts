/** The whole state of the generator: an unsigned number of 32 bits. */
export type RandomState = number;

export interface Drawn<Value> {
  readonly value: Value;
  readonly random: RandomState;
}

const golden = 0x9e3779b9;

function scrambled(state: number): number {
  let bits = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** A generator for one of many users of the same seed; different labels give unrelated evenings. */
export function randomFrom(seed: number, label: string): RandomState {
  let state = scrambled(seed >>> 0);
  for (const character of label) state = scrambled((state + (character.codePointAt(0) ?? 0) + golden) >>> 0);
  return state;
}

/** A whole number from 0 to `below` − 1. The same state draws the same number. Good for play, not for secrets. */
export function draw(random: RandomState, below: number): Drawn<number> {
  const next = (random + golden) >>> 0;
  return { value: Math.floor((scrambled(next) / 2 ** 32) * below), random: next };
}
