import { exceptionCodes } from '../codec/index.js';
import { cashableOn, centsOf, creditsOn, gameMetered, metered, wagered } from './credits.js';
import { plain, report } from './event-queue.js';
import type { Refusal } from './inputs.js';
import { payToCredits, raiseHandpay } from './handpay.js';
import { meter, reading, zeroGameMeters } from './meter-book.js';
import { isOnline } from './online.js';
import { draw } from './random.js';
import { isTransferring, outOfPlay } from './readiness.js';
import type { Books, Game, MachineState } from './state.js';
import { beginTicket } from './tickets.js';

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

const delayUnitMs = 100;

/** Whether a game could start, apart from the wager. */
export function canPlay(state: MachineState, now: number): boolean {
  const { books, profile } = state;
  const hosted = profile.playsWithoutHost || isOnline(state, now);
  const transferring = isTransferring(books) || books.aft.lock.status === 'locked';
  const enabled = !books.controls.disabledGames.includes(books.selectedGame);
  return hosted && enabled && !transferring && books.tickets.cashOut === null && !outOfPlay(books);
}

/** Why a game cannot start with this wager; null when it can. */
export function refusalOfGame(state: MachineState, wager: number, now: number): Refusal | null {
  const { books, profile } = state;
  if (books.game) return 'game-in-progress';
  if (!canPlay(state, now)) return 'cannot-play';
  if (wager > profile.maxBet) return 'wager-over-limit';
  return wager > creditsOn(books) ? 'credits-too-low' : null;
}

/** Takes the wager and draws the result; `win` stands in for what the reels would show. */
export function startGame({ books, profile }: MachineState, wager: number, now: number, win?: number): Books {
  const { value, random } = draw(books.random, 10_000);
  const taken = gameMetered(wagered(books, wager), books.selectedGame, zeroGameMeters, [meter.coinIn, wager]);
  const game: Game = {
    number: books.selectedGame,
    wager,
    win: win ?? wager * multipleAt(value),
    endsAt: now + profile.gameLastsMs + books.controls.gameDelay * delayUnitMs,
  };
  return report(
    { ...taken, game, random },
    {
      name: 'gameStarted',
      data: {
        wager,
        coinInMeter: reading(taken.meters, meter.coinIn),
        wagerType: books.denominationCode,
        progressiveGroup: profile.progressiveGroup,
      },
    },
  );
}

/** Counts the game and pays its win: to the credit meter, or from the handpay limit on by an attendant or the host. */
export function endGame({ books, profile }: MachineState, { win, number, level }: Game, now: number): Books {
  const result = win > 0 ? meter.gamesWon : meter.gamesLost;
  const counted = metered(
    books,
    [meter.gamesPlayed, 1],
    [result, 1],
    [meter.gamesSincePowerReset, 1],
    [meter.gamesSinceDoorClose, 1],
  );
  const ofGame = gameMetered(counted, number, zeroGameMeters, [meter.gamesPlayed, 1], [result, 1]);
  const played = report({ ...ofGame, game: null }, { name: 'gameEnded', data: { win } });
  if (level !== undefined) return payProgressive(played, level, win);
  if (win === 0) return played;
  if (win < profile.handpayLimit) return payToCredits(played, win);
  const offered =
    profile.aft.enabled && profile.aft.winsToHost ? { offeredUntil: now + profile.aft.hostCashOutMs } : {};
  return raiseHandpay(played, { kind: 'win', credits: win, read: false, ...offered }, profile);
}

/** A progressive win is paid by the machine; the host reads by 84 or 85 which level it was. */
function payProgressive(books: Books, level: number, win: number): Books {
  const paid = metered(
    books,
    [meter.coinOut, win],
    [meter.machinePaidProgressive, win],
    [meter.totalWon, win],
    [meter.currentCredits, win],
  );
  const amount = Math.floor(centsOf(books, win));
  const told = { ...paid, progressive: { ...paid.progressive, win: { level, amount } } };
  return report(told, plain(exceptionCodes.progressiveWin));
}

/** Presses the cash-out button. A host that takes cash-outs is asked first; then the machine pays as it can. */
export function cashOut(state: MachineState, now: number): Books {
  const { books, profile } = state;
  const pressed = report(books, plain(exceptionCodes.cashOutPressed));
  if (profile.aft.enabled && books.aft.hostCashOut.enabled) {
    return { ...pressed, aft: { ...pressed.aft, cashOutOfferedUntil: now + profile.aft.hostCashOutMs } };
  }
  return payOut({ ...state, books: pressed }, now);
}

/** The machine's own way of paying: a ticket, the hopper, or an attendant beyond what the hopper holds. */
export function payOut(state: MachineState, now: number): Books {
  const { books, profile } = state;
  const credits = cashableOn(books);
  const asked: Books = { ...books, aft: { ...books.aft, cashOutOfferedUntil: null } };
  if (credits <= 0) return asked;
  if (profile.cashOutDevice === 'ticket' && profile.printer)
    return beginTicket({ ...state, books: asked }, credits, now);
  if (credits > profile.hopperLimit) {
    return raiseHandpay(asked, { kind: 'cancelled-credits', credits, read: false }, profile);
  }
  return metered(
    asked,
    [meter.currentCredits, -credits],
    [meter.hopperPaid, credits],
    [meter.cancelledCredits, credits],
  );
}
