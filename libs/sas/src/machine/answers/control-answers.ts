import type { LongPoll } from '../../codec/index.js';
import { localTimeAt, offsetOf } from '../local-time.js';
import type { Books, Controls, MachineState } from '../state.js';
import { acknowledged, answer, refused, type Answered } from './answered.js';

const controlled = (state: MachineState, controls: Partial<Controls>): Answered =>
  acknowledged(state, { ...state.books, controls: { ...state.books.controls, ...controls } });

/** Seed and base of a signature that stands for the game's ROM; not an algorithm of any real machine. */
const signatureOf = (seed: number, payTable: string): number =>
  [...payTable].reduce((sum, character) => (sum * 31 + (character.codePointAt(0) ?? 0)) & 0xffff, seed ^ 0x5aa5);

function enableGame(state: MachineState, game: number, enable: boolean): Answered {
  const { books, profile } = state;
  if (game < 1 || game > profile.games || books.game) return refused(state);
  const others = books.controls.disabledGames.filter((each) => each !== game);
  return controlled(state, { disabledGames: enable ? others : [...others, game] });
}

const withSignature = (state: MachineState, seed: number): Books => ({
  ...state.books,
  romSignature: signatureOf(seed, state.profile.payTable),
});

/** What a host makes the machine do; undefined for polls that are about something else. */
export function answerControl(state: MachineState, message: LongPoll, now: number): Answered | undefined {
  const { books, profile } = state;
  switch (message.poll) {
    case 'lockPlay':
      return profile.refusesLockDuringGame && books.game
        ? refused(state)
        : acknowledged(state, { ...books, playLocked: true });
    case 'unlockPlay':
      return acknowledged(state, { ...books, playLocked: false });
    case 'soundOff':
    case 'soundOn':
      return controlled(state, { soundOn: message.poll === 'soundOn' });
    case 'gameSoundsOff':
      return controlled(state, { gameSoundsOn: false });
    case 'billAcceptorOn':
    case 'billAcceptorOff':
      return controlled(state, { billAcceptorOn: message.poll === 'billAcceptorOn' });
    case 'billDenominations':
      return controlled(state, { billMask: message.data.bills, acceptorStaysOn: (message.data.action & 1) === 1 });
    case 'enableGame':
      return enableGame(state, message.data.game, message.data.enable);
    case 'enterMaintenance':
      return books.game ? refused(state) : controlled(state, { maintenance: true });
    case 'exitMaintenance':
      return controlled(state, { maintenance: false });
    case 'realTimeEvents':
      return acknowledged(state, { ...books, realTimeEvents: message.data.enable });
    case 'gameDelay':
      return controlled(state, { gameDelay: message.data.delay });
    case 'autoRebet':
      return controlled(state, { autoRebet: message.data.enable });
    case 'romSignature':
      return acknowledged(state, withSignature(state, message.data.seed));
    case 'time':
      return answer(state, 'time', { time: localTimeAt(now, books.clockOffsetMs) });
    case 'setTime':
      return acknowledged(state, { ...books, clockOffsetMs: offsetOf(message.data.time, now) });
    default:
      return undefined;
  }
}
