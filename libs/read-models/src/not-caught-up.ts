/** The read model has not passed the position that the caller asked for; a retry may succeed. Answered as 503. */
export class NotCaughtUp extends Error {
  readonly retryAfterSeconds = 1;

  constructor(
    readonly projection: string,
    readonly after: bigint,
  ) {
    super(`The read model ${projection} has not reached position ${after} yet.`);
    this.name = 'NotCaughtUp';
  }
}
