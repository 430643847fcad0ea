import { meterModulus, type LongPoll } from '../../codec/index.js';
import { metered } from '../credits.js';
import { report } from '../event-queue.js';
import { handpayRecord, resetHandpay } from '../handpay.js';
import { meter, reading } from '../meter-book.js';
import { outOfPlay } from '../readiness.js';
import type { Books, MachineState } from '../state.js';
import { acknowledged, answer, refused, silence, type Answered } from './answered.js';

/** A legacy bonus is paid at once, where play is possible, and reported by 7C. */
function legacyBonus(state: MachineState, amount: number, taxStatus: number): Answered {
  const { books } = state;
  if (outOfPlay(books) || amount === 0) return refused(state);
  const paid = metered(
    books,
    [meter.machinePaidBonus, amount],
    [meter.coinOut, amount],
    [meter.totalWon, amount],
    [meter.currentCredits, amount],
  );
  const data = { multiplier: 0, multipliedWin: 0, taxStatus, bonus: amount };
  const counted = { ...paid, legacyBonus: counting(books.legacyBonus ?? noBonus, amount, taxStatus) };
  return acknowledged(state, report(counted, { name: 'legacyBonusPaid', data }));
}

type BonusMeters = NonNullable<Books['legacyBonus']>;
const noBonus: BonusMeters = { deductible: 0, nonDeductible: 0, wagerMatch: 0 };
const taxed: readonly (keyof BonusMeters)[] = ['deductible', 'nonDeductible', 'wagerMatch'];

/** The meters of 9A: bonuses by what they are for the tax. */
function counting(meters: BonusMeters, amount: number, taxStatus: number): BonusMeters {
  const kind = taxed[taxStatus] ?? 'deductible';
  return { ...meters, [kind]: (meters[kind] + amount) % meterModulus(meter.machinePaidBonus) };
}

function withLevels(
  books: Books,
  now: number,
  levels: readonly { readonly level: number; readonly amount: number }[],
): Books {
  const said = Object.fromEntries(levels.map(({ level, amount }) => [String(level), amount]));
  return {
    ...books,
    progressive: { ...books.progressive, levels: { ...books.progressive.levels, ...said }, heardAt: now },
  };
}

function remoteReset(state: MachineState): Answered {
  const { books, profile } = state;
  if (!books.handpay || books.handpay.offeredUntil !== undefined)
    return answer(state, 'handpayReset', { status: 0x02 });
  if (!profile.remoteHandpayReset) return answer(state, 'handpayReset', { status: 0x01 });
  const after = resetHandpay(books, books.handpay, profile);
  return { ...answer(state, 'handpayReset', { status: 0x00 }), books: after };
}

function resetMethod(state: MachineState, method: number): Answered {
  const { books } = state;
  if (!books.handpay) return answer(state, 'handpayResetMethod', { status: 0x02 });
  const toCredits = method === 0x01;
  if (toCredits && books.handpay.kind !== 'win') return answer(state, 'handpayResetMethod', { status: 0x01 });
  const controls = { ...books.controls, handpayToCredits: toCredits };
  return { ...answer(state, 'handpayResetMethod', { status: 0x00 }), books: { ...books, controls } };
}

function progressiveWin({ books, profile }: MachineState): { group: number; level: number; amount: number } {
  const { win } = books.progressive;
  return win ? { group: profile.progressiveGroup, ...win } : { group: 0, level: 0, amount: 0 };
}

/** Handpays, progressives, bonuses; undefined for polls that are about something else. */
export function answerWins(state: MachineState, message: LongPoll, now: number): Answered | undefined {
  const { books, profile } = state;
  switch (message.poll) {
    case 'handpay':
      return answer(state, 'handpay', handpayRecord(books, profile), { kind: 'handpay-record' });
    case 'handpayReset':
      return remoteReset(state);
    case 'handpayResetMethod':
      return resetMethod(state, message.data.method);
    case 'progressive':
      return message.data.group === profile.progressiveGroup
        ? acknowledged(state, withLevels(books, now, [message.data]))
        : silence(state);
    case 'progressiveLevels':
      return message.data.group === profile.progressiveGroup
        ? acknowledged(state, withLevels(books, now, message.data.levels))
        : silence(state);
    case 'progressiveWin':
      return answer(state, 'progressiveWin', progressiveWin(state));
    case 'sasProgressiveWin': {
      const answered = answer(state, 'sasProgressiveWin', progressiveWin(state));
      return { ...answered, books: { ...books, progressive: { ...books.progressive, win: null } } };
    }
    case 'cumulativeProgressiveWins': {
      const { game } = message.data;
      const value =
        reading(books.meters, meter.machinePaidProgressive) + reading(books.meters, meter.attendantPaidProgressive);
      return answer(state, 'cumulativeProgressiveWins', { game, value });
    }
    case 'legacyBonusMeters': {
      const { game } = message.data;
      const whole = game === 0 || (game === 1 && profile.games === 1);
      return whole ? answer(state, 'legacyBonusMeters', { game, ...(books.legacyBonus ?? noBonus) }) : silence(state);
    }
    case 'legacyBonus':
      return legacyBonus(state, message.data.amount, message.data.taxStatus);
    default:
      return undefined;
  }
}
