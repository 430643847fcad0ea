import { denominationOfCode } from '../codec/index.js';
import type { Books } from './state.js';

/** Whether a transfer was taken up and has not ended. */
export const isTransferring = ({ aft }: Books): boolean => aft.current !== null && aft.current.completesAt !== null;

export const hasDenomination = ({ denominationCode }: Books): boolean => denominationOfCode(denominationCode) !== null;

/** Whether something other than a game keeps the machine from play and from taking money. */
export const outOfPlay = (books: Books, { handpay = true } = {}): boolean =>
  books.powerOff ||
  books.playLocked ||
  books.openDoors.length > 0 ||
  books.menu !== 'none' ||
  books.outOfService ||
  books.tilt !== null ||
  books.controls.maintenance ||
  (handpay && books.handpay !== null);
