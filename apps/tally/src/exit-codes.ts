/** What a script can tell from how `tally` ended. Part of its interface. */
export const exitCodes = {
  good: 0,
  /** Store and log disagree, or a proof or pack does not hold. */
  disagreement: 1,
  usage: 2,
  /** A store or the platform cannot be reached, or refuses. */
  unavailable: 3,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Something that the person who typed can put right: one line, and the way it ends. */
export class Stopped extends Error {
  constructor(
    message: string,
    readonly exitCode: ExitCode,
  ) {
    super(message);
    this.name = 'Stopped';
  }
}

export const usage = (message: string): Stopped => new Stopped(message, exitCodes.usage);
