import { exceptionCodes as codes } from '../codec/index.js';
import { introduce, introduceAgain, readMeters } from './asked-readings.js';
import { askFor, authenticationStatus, nextValidationRecord, ticketOutcome } from './asked-records.js';
import { beginEpoch } from './meter-epochs.js';
import { beginRegistration } from './registration.js';
import { metersAfterCreditsMs, reissuedWithinMs } from './settings.js';
import type { TurnDraft } from './state.js';
import { acknowledge } from './transfer-polls.js';

/** Read at once, also when the machine only repeats itself: the record is what serves the exception. */
const records: ReadonlyMap<number, (draft: TurnDraft) => void> = new Map([
  [codes.handpayPending, ({ machine }: TurnDraft) => askFor(machine, { poll: 'handpay' })],
  [codes.ticketPrinted, ({ machine }) => askFor(machine, nextValidationRecord)],
  [codes.handpayValidated, ({ machine }) => askFor(machine, nextValidationRecord)],
  [codes.progressiveWin, ({ machine }) => askFor(machine, { poll: 'progressiveWin' })],
  [codes.progressiveHit, ({ machine }) => askFor(machine, { poll: 'sasProgressiveWin' })],
  [codes.ticketTransferComplete, ({ machine }) => askFor(machine, ticketOutcome)],
  [codes.authenticationComplete, ({ machine }) => askFor(machine, authenticationStatus)],
]);

/** Whether an exception announces a record of its own. A handpay's is kept apart. */
export const announcesRecord = (code: number): boolean => code !== codes.handpayPending && records.has(code);

const followUps: ReadonlyMap<number, (draft: TurnDraft) => void> = new Map([
  [codes.powerApplied, ({ machine }: TurnDraft) => introduce(machine, 'power')],
  [codes.queueOverflow, ({ machine }) => readMeters(machine, 'events-lost')],
  [codes.metersReset, (draft) => beginEpoch(draft, 'meters-reset')],
  [codes.operatorChangedOptions, ({ machine }) => introduceAgain(machine)],
  [codes.transferComplete, hearTransferEnd],
  [codes.handpayReset, ({ machine }) => readMeters(machine, 'handpay')],
  [codes.registrationRequested, wantRegistration],
  [codes.registrationAcknowledged, wantRegistration],
  [codes.registrationCancelled, ({ machine }) => beginRegistration(machine, 'read', machine.registration?.commandId)],
  [
    codes.gameLocked,
    ({ machine }) => {
      machine.nextInterrogationAt = 0;
    },
  ],
]);

/** What an event asks of the host. The poll that reads a pending handpay also acknowledges the event. */
export function followUp(draft: TurnDraft, code: number, repeated: boolean): void {
  const { machine, turn, now } = draft;
  records.get(code)?.(draft);
  if (code === codes.handpayPending) turn.next = 'long';
  if (repeated) return;
  followUps.get(code)?.(draft);
  if (!creditsMoved.has(code)) return;
  machine.creditsMoved = true;
  machine.nextMetersAt = Math.min(machine.nextMetersAt, now.elapsedMs + metersAfterCreditsMs);
}

/** A transfer that the host knows is asked about at once; one that it does not know is acknowledged, so that it is not in the way. */
function hearTransferEnd({ machine }: TurnDraft): void {
  machine.nextInterrogationAt = 0;
  if (machine.memory.transfer === null) askFor(machine, { poll: 'transfer', data: acknowledge });
}

/** With a key the machine is registered; without one it is only asked how it stands. */
function wantRegistration({ machine, line }: TurnDraft): void {
  const wanted = (line.settings.registrationKey ?? null) === null ? 'read' : 'registered';
  beginRegistration(machine, wanted, machine.registration?.commandId);
}

const creditsMoved: ReadonlySet<number> = new Set([codes.billAccepted, codes.gameEnded, codes.cashOutPressed]);

/** Exceptions that the machine's own fallback ends, and that it says again until then. */
const left: ReadonlySet<number> = new Set([
  codes.validationIdMissing,
  codes.ticketInserted,
  codes.registrationRequested,
]);

/** Whether an exception that is left to the machine is only said again. Notes that it was heard. */
export function isReissued({ machine, now }: TurnDraft, code: number): boolean {
  if (!left.has(code)) return false;
  const heardAt = machine.unserved[code];
  machine.unserved = { ...machine.unserved, [code]: now.elapsedMs };
  return heardAt !== undefined && now.elapsedMs - heardAt < reissuedWithinMs;
}
