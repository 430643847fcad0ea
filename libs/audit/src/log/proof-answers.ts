import { type Caller, mayUseHall, type RecordedEvent } from '#kernel';

/** Whether a caller may see an event: facts of the whole platform, and those of the caller's halls. */
export const mayReadEvent =
  (caller: Caller) =>
  ({ metadata: { hallId } }: RecordedEvent): boolean =>
    hallId === null || mayUseHall(caller, hallId);

export const base64 = (hashes: readonly Buffer[]): string[] => hashes.map((hash) => hash.toString('base64'));
