import type { LongPoll, ResponseData } from '../../codec/index.js';
import { meterKey } from '../../codec/index.js';
import { reading } from '../meter-book.js';
import type { MachineState } from '../state.js';
import { answer, silence, type Answered } from './answered.js';
import { bookOf } from './meter-answers.js';

function configuration({ profile, books }: MachineState): ResponseData<'identity'> {
  const { gameId, additionalId, maxBet, progressiveGroup, options, payTable, basePercent } = profile;
  const { denominationCode } = books;
  return {
    ...{ gameId, additionalId, denominationCode, maxBet: Math.min(maxBet, 0xff), progressiveGroup, options },
    ...{ payTable, basePercent },
  };
}

/** Bits as long poll A0 has them. */
function features({ profile }: MachineState, game: number): ResponseData<'features'> {
  const { aft, cashOutDevice, validation, silentTo, fixedAnswers, multiDenomination } = profile;
  const tickets = cashOutDevice === 'ticket';
  const styles = { standard: 0, system: 0x20, enhanced: 0x40 };
  const features1 = (aft.enabled ? 0x02 : 0) + 0x04 + (tickets ? 0x90 + styles[validation] : 0);
  const authenticates = fixedAnswers.some(({ poll }) => poll === 0x6e);
  const extended = (silentTo.includes(0x6f) ? 0 : 0x08) + (authenticates ? 0x10 : 0);
  const features2 = extended + (aft.enabled ? 0x40 : 0) + (multiDenomination ? 0x80 : 0);
  return { game, features1, features2, features3: 0, reserved: '000000' };
}

const enabledGames = ({ books, profile }: MachineState): { game: number }[] =>
  Array.from({ length: profile.games }, (_, index) => ({ game: index + 1 })).filter(
    ({ game }) => !books.controls.disabledGames.includes(game),
  );

const hasGame = ({ profile }: MachineState, game: number): boolean => game <= profile.games;
const meterBytes = 4;

/** Who the machine is, what games it has, what it can do; undefined for polls that are about something else. */
export function answerIdentity(state: MachineState, message: LongPoll): Answered | undefined {
  const { books, profile, serial } = state;
  const denominationCode = books.denominationCode;
  switch (message.poll) {
    case 'identity':
      return answer(state, 'identity', configuration(state));
    case 'versionAndSerial':
      return answer(state, 'versionAndSerial', { version: profile.sasVersion, serial });
    case 'numberOfGames':
      return answer(state, 'numberOfGames', { games: profile.games });
    case 'selectedGame':
      return answer(state, 'selectedGame', { game: books.selectedGame });
    case 'enabledGames':
      return answer(state, 'enabledGames', { games: enabledGames(state) });
    case 'gameConfiguration': {
      const { game } = message.data;
      return hasGame(state, game)
        ? answer(state, 'gameConfiguration', { game, ...configuration(state) })
        : silence(state);
    }
    case 'features':
      return hasGame(state, message.data.game)
        ? answer(state, 'features', features(state, message.data.game))
        : silence(state);
    case 'featuresAsRead':
      return answer(state, 'featuresAsRead', features(state, 0));
    case 'cashOutLimit':
      return answer(state, 'cashOutLimit', { game: message.data.game, limit: Math.min(9999, profile.hopperLimit) });
    case 'playerDenomination':
      return answer(state, 'playerDenomination', { denominationCode });
    case 'tokenDenomination':
      return answer(state, 'tokenDenomination', { denominationCode: 0 });
    case 'enabledDenominations':
      return answer(state, 'enabledDenominations', { denominations: [{ code: denominationCode }] });
    case 'wagerCategory': {
      const { game, category } = message.data;
      const book = bookOf(state, game);
      if (!book) return silence(state);
      const coinInMeter = String(reading(book, 0x00)).padStart(2 * meterBytes, '0');
      return answer(state, 'wagerCategory', { game, category, payback: profile.basePercent, coinInMeter });
    }
    case 'extendedGameInformation': {
      const { game } = message.data;
      if (!hasGame(state, game)) return silence(state);
      return answer(state, 'extendedGameInformation', {
        game,
        maxBet: profile.maxBet,
        progressiveGroup: profile.progressiveGroup,
        levelMask: profile.progressiveGroup === 0 ? 0 : 1,
        gameName: `Game ${meterKey(game)}`,
        payTableName: profile.payTable,
        wagerCategories: 1,
      });
    }
    case 'machineNumbers': {
      const { control, location } = message.data;
      return answer(state, 'machineNumbers', { control, asset: books.aft.asset, location });
    }
    case 'reelStops':
      return answer(state, 'reelStops', { stops: '050903FFFFFFFFFFFF' });
    default:
      return undefined;
  }
}
