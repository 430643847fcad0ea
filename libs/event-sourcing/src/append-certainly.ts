import {
  type AppendResult,
  type EventStore,
  type ExpectedRevision,
  type NewEvent,
  OutcomeUnknown,
} from './event-store.js';

/** An append whose outcome is unknown is repeated this often: the same ids at the same revision are harmless. */
const maximumRepeats = 4;
const firstPauseMs = 50;

/**
 * Appends at an exact revision, repeating while the outcome is unknown.
 * @throws {OutcomeUnknown} the store still did not say; the caller's client may repeat the command
 */
export async function appendCertainly(
  store: EventStore,
  stream: string,
  events: readonly NewEvent[],
  expected: Exclude<ExpectedRevision, 'any'>,
): Promise<AppendResult> {
  for (let repeat = 0; ; repeat += 1) {
    try {
      return await store.append(stream, events, expected);
    } catch (error) {
      if (!(error instanceof OutcomeUnknown) || repeat === maximumRepeats) throw error;
      await pause(firstPauseMs * 2 ** repeat);
    }
  }
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
