import { exceptionCodes } from '../codec/index.js';
import { plain, report } from './event-queue.js';
import type { Refusal } from './inputs.js';
import { raiseHandpay } from './handpay.js';
import { meter, moved, reading } from './meter-book.js';
import { isOnline } from './online.js';
import { draw } from './random.js';
import type { Books, Game, MachineState } from './state.js';

/** Multiples of the wager and how many of 10 000 games pay them; they return 94 % in the long run. */
const payTable: readonly (readonly [multiple: number, in10000: number])[] = [
  [300, 5],
  [100, 10],
  [25, 40],
  [10, 120],
  [5, 300],
  [3, 100],
  [2, 800],
  [1, 1300],
];

function multipleAt(place: number): number {
  let upTo = 0;
  for (const [multiple, in10000] of payTable) {
    upTo += in10000;
    if (place < upTo) return multiple;
  }
  return 0;
}

/** Whether a game could start, apart from the wager. */
export function canPlay(state: MachineState, now: number): boolean {
  const { openDoors, playLocked, handpay } = state.books;
  const hosted = state.profile.playsWithoutHost || isOnline(state, now);
  return hosted && !playLocked && handpay === null && openDoors.length === 0;
}

/** Why a game cannot start with this wager; null when it can. */
export function refusalOfGame(state: MachineState, wager: number, now: number): Refusal | null {
  const { books, profile } = state;
  if (books.game) return 'game-in-progress';
  if (!canPlay(state, now)) return 'cannot-play';
  if (wager > profile.maxBet) return 'wager-over-limit';
  return wager > reading(books.meters, meter.currentCredits) ? 'credits-too-low' : null;
}

/** Takes the wager and draws the result; `win` stands in for what the reels would show. */
export function startGame({ books, profile }: MachineState, wager: number, now: number, win?: number): Books {
  const { value, random } = draw(books.random, 10_000);
  const meters = moved(books.meters, [meter.coinIn, wager], [meter.currentCredits, -wager]);
  const game: Game = {
    number: books.selectedGame,
    wager,
    win: win ?? wager * multipleAt(value),
    endsAt: now + profile.gameLastsMs,
  };
  return report(
    { ...books, meters, game, random },
    {
      name: 'gameStarted',
      data: {
        wager,
        coinInMeter: reading(meters, meter.coinIn),
        wagerType: profile.denominationCode,
        progressiveGroup: profile.progressiveGroup,
      },
    },
  );
}

const payFromMachine = (books: Books, win: number): Books => ({
  ...books,
  meters: moved(
    books.meters,
    [meter.coinOut, win],
    [meter.machinePaidPayTable, win],
    [meter.totalWon, win],
    [meter.currentCredits, win],
  ),
});

/** Counts the game and pays its win: to the credit meter, or from the handpay limit on by an attendant. */
export function endGame({ books, profile }: MachineState, { win }: Game): Books {
  const counted = moved(
    books.meters,
    [meter.gamesPlayed, 1],
    [win > 0 ? meter.gamesWon : meter.gamesLost, 1],
    [meter.gamesSincePowerReset, 1],
    [meter.gamesSinceDoorClose, 1],
  );
  const played = report({ ...books, meters: counted, game: null }, { name: 'gameEnded', data: { win } });
  if (win === 0) return played;
  return win < profile.handpayLimit
    ? payFromMachine(played, win)
    : raiseHandpay(played, { kind: 'win', credits: win, read: false }, profile);
}

/** Presses the cash-out button: the hopper pays, or an attendant must, beyond what it holds. */
export function cashOut({ books, profile }: MachineState): Books {
  const pressed = report(books, plain(exceptionCodes.cashOutPressed));
  const credits = reading(books.meters, meter.currentCredits);
  if (credits > profile.hopperLimit) {
    return raiseHandpay(pressed, { kind: 'cancelled-credits', credits, read: false }, profile);
  }
  const meters = moved(
    pressed.meters,
    [meter.currentCredits, -credits],
    [meter.hopperPaid, credits],
    [meter.cancelledCredits, credits],
  );
  return { ...pressed, meters };
}
