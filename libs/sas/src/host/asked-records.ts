import type { FactBody } from '#gateway-protocol';

import type { Answer, ResponseData } from '../codec/index.js';
import { writeAndWait } from './journalling.js';
import { centDenomination } from './settings.js';
import type { MachineState, TurnDraft } from './state.js';
import type { Task } from './tasks.js';

/** Begins to read a record that an event announced; once, however often it is announced. */
export function askFor(machine: MachineState, task: Task): void {
  if (machine.tasks.some(({ poll }) => poll === task.poll)) return;
  machine.tasks = [task, ...machine.tasks];
}

export const nextValidationRecord: Task = { poll: 'validationRecord', data: { record: 0x00 } };
export const ticketOutcome: Task = { poll: 'redeemTicket', data: { code: 0xff, ticket: null } };
export const authenticationStatus: Task = { poll: 'authentication', data: { action: 0x03, details: '' } };

/** Takes in the record that an event announced (54, 56, 3D, 3E, 68, 8F); other answers are let by. */
export function takeRecord(draft: TurnDraft, answer: Answer, frame: string): void {
  const { machine } = draft;
  const body = factOf(machine, answer);
  // The same bytes before another event announced a record are the machine's repetition.
  if (body === null || frame === machine.memory.record) return;
  if (answer.poll === 'validationRecord') askFor(machine, nextValidationRecord);
  writeAndWait(draft, { bodies: [body], memory: { ...machine.memory, record: frame, longPoll: null }, frame });
}

function factOf(machine: MachineState, answer: Answer): FactBody | null {
  switch (answer.poll) {
    case 'progressiveWin':
      return progressiveTold(machine, answer.data, 'won');
    case 'sasProgressiveWin':
      return progressiveTold(machine, answer.data, 'hit');
    case 'validationRecord':
      return ticketRecorded(answer.data);
    case 'redeemTicket': {
      const { status, ticket } = answer.data;
      return ticket && { kind: 'ticket-handled', status, cents: ticket.amount };
    }
    case 'authentication':
      return { kind: 'authentication-read', details: answer.data.details };
    default:
      return null;
  }
}

function progressiveTold(
  { profile, memory }: MachineState,
  { group, level, amount }: ResponseData<'progressiveWin'>,
  stage: 'won' | 'hit',
): FactBody | null {
  const denomination = profile.progressiveAmounts === 'cents' ? centDenomination : memory.denomination;
  // A record of nothing was read before.
  if (denomination === null || (amount === 0 && level === 0)) return null;
  return { kind: 'progressive-told', stage, group, level, credits: amount, denomination };
}

/** An empty record says that there is no more. */
function ticketRecorded(record: ResponseData<'validationRecord'>): FactBody | null {
  const { type, index, time, validation, amount, ticketNumber, systemId, expiration, pool } = record;
  if (index === 0 && amount === 0 && /^0*$/.test(validation)) return null;
  const common = { type, index, validation, cents: amount, ticketNumber, systemId, expiration, pool };
  return { kind: 'ticket-recorded', ...common, machineTime: time };
}
