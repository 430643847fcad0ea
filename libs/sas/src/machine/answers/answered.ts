import type { Answer, MachineMessage, ReadPollName, ResponseData } from '../../codec/index.js';
import { nothingPending, type Books, type MachineState, type Pending } from '../state.js';

/** What the machine says, what it changed, and what the host's next poll will acknowledge; no message is silence. */
export interface Answered {
  readonly books: Books;
  readonly message: MachineMessage | null;
  readonly pending: Pending;
}

export const silence = ({ books }: MachineState): Answered => ({ books, message: null, pending: nothingPending });

export const answer = <Name extends ReadPollName>(
  { address, books }: MachineState,
  poll: Name,
  data: ResponseData<Name>,
  pending: Pending = nothingPending,
): Answered => ({ books, pending, message: { kind: 'answer', address, poll, data } as Answer });

export const acknowledged = ({ address }: MachineState, books: Books): Answered => ({
  books,
  pending: nothingPending,
  message: { kind: 'acknowledged', address },
});

export const refused = ({ address, books }: MachineState): Answered => ({
  books,
  pending: nothingPending,
  message: { kind: 'refused', address },
});
