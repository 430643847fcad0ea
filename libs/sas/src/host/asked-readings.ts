import { beginRegistration } from './registration.js';
import type { MachineState } from './state.js';
import {
  configurationTasks,
  identityTasks,
  isConfigurationTask,
  isIdentityTask,
  isMeterTask,
  metersKnownOf,
  meterTasks,
  type MetersTrigger,
  type Task,
} from './tasks.js';

/** Begins a snapshot. One that is on its way for a lesser reason is begun again. All but the scheduled ones are of every meter. */
export function readMeters(machine: MachineState, trigger: MetersTrigger, commandId?: string): void {
  const fullIsOnItsWay = machine.meters !== null && machine.meters.trigger !== 'schedule';
  const wanted = trigger === 'schedule' && fullIsOnItsWay && machine.meters ? machine.meters.trigger : trigger;
  const asked = commandId ?? machine.meters?.commandId;
  machine.creditsMoved = false;
  const tasks = meterTasks(machine.extendedMeters, wanted !== 'schedule');
  machine.tasks = [...machine.tasks.filter((task) => !isMeterTask(task)), ...tasks];
  machine.meters = { trigger: wanted, meters: {}, ...(asked === undefined ? {} : { commandId: asked }) };
}

/** What is asked of a machine that has come to the line: events in real time, which alone tell a game's wager; who it is, its meters, its clock. */
export function introduce(machine: MachineState, trigger: MetersTrigger): void {
  machine.realTimeEvents = false;
  machine.extendedMeters = metersKnownOf(machine.profile);
  machine.gameMetersAnswered = true;
  machine.identity = {};
  const handpays = machine.tasks.filter(({ poll }) => poll === 'handpay');
  machine.tasks = [...handpays, ...realTimeTasks(machine), ...identityTasks()];
  readMeters(machine, trigger);
  machine.tasks = [...machine.tasks, { poll: 'time' }];
  readConfiguration(machine);
  const { known, registration } = machine.profile.transfers;
  if (known && registration === 'required') beginRegistration(machine, 'registered', machine.registration?.commandId);
}

/** Asks for events in real time, where the brand has them. */
export const realTimeTasks = ({ profile }: MachineState): Task[] =>
  profile.realTimeEvents ? [{ poll: 'realTimeEvents' }] : [];

/** Reads identity and configuration anew: for a command, or because an operator changed something. */
export function introduceAgain(machine: MachineState, commandId?: string): void {
  machine.tasks = [...machine.tasks.filter((task) => !isIdentityTask(task)), ...identityTasks()];
  machine.identity = commandId === undefined ? {} : { commandId };
  readConfiguration(machine);
}

function readConfiguration(machine: MachineState): void {
  const others = machine.tasks.filter((task) => !isConfigurationTask(task));
  machine.tasks = [...others, ...configurationTasks(machine.featuresAsRead, machine.profile.transfers.known)];
  machine.configuration = {};
}
