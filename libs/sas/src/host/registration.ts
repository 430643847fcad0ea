import type { FactBody } from '#gateway-protocol';

import type { RequestData, ResponseData } from '../codec/index.js';
import { settle } from './commands.js';
import { writeFact } from './journalling.js';
import type { MachineState, TurnDraft } from './state.js';
import type { RegistrationInProgress, Task } from './tasks.js';

/** Codes and statuses of long poll 73. */
const codes = { initialise: 0x00, register: 0x01, cancel: 0x80, read: 0xff } as const;
const status = { ready: 0x00, registered: 0x01, notRegistered: 0x80 } as const;

const taskOf = (code: number, details: RequestData<'registration'>['details'] = null): Task => ({
  poll: 'registration',
  data: { code, details },
});

const isRegistrationTask = ({ poll }: Task): boolean => poll === 'registration';

const ask = (machine: MachineState, task: Task): void => {
  machine.tasks = [task, ...machine.tasks.filter((each) => !isRegistrationTask(each))];
};

/** Begins by asking how things stand: a machine that is registered with our key already is left alone. */
export function beginRegistration(
  machine: MachineState,
  wanted: RegistrationInProgress['wanted'],
  commandId?: string,
): void {
  machine.registration = { wanted, ...(commandId === undefined ? {} : { commandId }) };
  ask(machine, taskOf(wanted === 'cancelled' ? codes.cancel : codes.read));
}

/** A machine that stayed silent cannot be registered: a command says so, and transfers are asked for as they are. */
export function giveUpRegistration(draft: TurnDraft): void {
  const { machine } = draft;
  const commandId = machine.registration?.commandId;
  machine.registration = null;
  if (commandId !== undefined) settle(draft, machine, commandId, 'refused', 'the machine did not answer');
}

/** The next of the steps 73 FF, 00, 01, or the end of it: how the machine is registered now is a fact. */
export function takeRegistration(draft: TurnDraft, task: Task, data: ResponseData<'registration'>): void {
  const { machine, line } = draft;
  const code = task.data && 'code' in task.data ? task.data.code : codes.read;
  const key = line.settings.registrationKey ?? null;
  const registering = machine.registration?.wanted === 'registered' && key !== null && data.asset !== 0;
  if (registering) {
    const details = { asset: data.asset, key, posId: machine.profile.transfers.posId };
    const already = data.status === status.registered && data.key === key;
    if (code === codes.read && !already) return ask(machine, taskOf(codes.initialise, details));
    if (code === codes.initialise && data.status === status.ready) return ask(machine, taskOf(codes.register, details));
  }
  finish(draft, data, key);
}

type RegistrationRead = Extract<FactBody, { kind: 'registration-read' }>;

const states: ReadonlyMap<number, RegistrationRead['status']> = new Map([
  [status.ready, 'ready'],
  [status.registered, 'registered'],
  [0x40, 'waits-for-operator'],
  [status.notRegistered, 'not-registered'],
]);

function finish(draft: TurnDraft, data: ResponseData<'registration'>, key: string | null): void {
  const { machine } = draft;
  const { wanted, commandId } = machine.registration ?? { wanted: 'read' as const };
  machine.registration = null;
  const found = states.get(data.status) ?? 'not-registered';
  // The key itself stays between gateway and machine.
  const withOurKey = key !== null && data.key === key;
  const { asset: assetNumber, posId } = data;
  writeFact(draft, machine, { kind: 'registration-read', status: found, assetNumber, posId, withOurKey });
  if (commandId === undefined) return;
  const reached = wanted === 'registered' ? found === 'registered' && withOurKey : found !== 'registered';
  const refusal = key === null && wanted === 'registered' ? 'the gateway has no key (aftKey)' : found;
  if (reached) settle(draft, machine, commandId, 'acknowledged');
  else settle(draft, machine, commandId, 'refused', data.asset === 0 ? 'the asset number is 0' : refusal);
}
