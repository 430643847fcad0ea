import { definitionOf, type LongPoll } from '../../codec/index.js';
import { answerLock, answerRegistration } from '../aft/lock-answers.js';
import { answerTransfer } from '../aft/transfer-answers.js';
import type { MachineState } from '../state.js';
import { answer, silence, type Answered } from './answered.js';
import { answerControl } from './control-answers.js';
import { answerForDenomination, fixedAnswer } from './fixed-answers.js';
import { answerIdentity } from './identity-answers.js';
import { answerMeters } from './meter-answers.js';
import { answerTickets } from './ticket-answers.js';
import { answerWins } from './win-answers.js';

function answerAft(state: MachineState, message: LongPoll, now: number): Answered | undefined {
  switch (message.poll) {
    case 'transfer': {
      const { books, data, pending } = answerTransfer(state, message.data, now);
      return { ...answer(state, 'transfer', data, pending), books };
    }
    case 'registration': {
      const { books, data } = answerRegistration(state.books, message.data);
      return { ...answer(state, 'registration', data), books };
    }
    case 'lockAndStatus': {
      const { books, data } = answerLock(state, message.data, now);
      return { ...answer(state, 'lockAndStatus', data), books };
    }
    default:
      return undefined;
  }
}

/** Carries out one long poll that is meant for this machine. What it does not know, it is silent to. */
export function answerLongPoll(state: MachineState, message: LongPoll, now: number): Answered {
  const { profile } = state;
  const unknown = profile.silentTo.includes(definitionOf(message.poll).code);
  if (unknown || (message.poll === 'realTimeEvents' && !profile.realTimeEvents)) return silence(state);
  if (message.poll === 'multiDenomination' && profile.multiDenomination) {
    return answerForDenomination(state, message.data, (inner) => answerLongPoll(state, inner, now));
  }
  return (
    fixedAnswer(state, message) ??
    answerControl(state, message, now) ??
    answerMeters(state, message) ??
    answerIdentity(state, message) ??
    answerWins(state, message, now) ??
    answerTickets(state, message, now) ??
    (profile.aft.enabled ? answerAft(state, message, now) : undefined) ??
    silence(state)
  );
}
