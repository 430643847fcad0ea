/** The time as an input. Handed in, never read by domain code. */
export type Clock = () => Date;

export const systemClock: Clock = () => new Date();
