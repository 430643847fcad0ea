import { setTimeout as pause } from 'node:timers/promises';

import { Api } from './api.js';
import type { Demo } from './demo.js';
import { commandOf, descendants, until } from './processes.js';

interface Money {
  readonly value: number;
}
interface Account {
  readonly balance: Money;
  readonly pending: Money;
  readonly onMachines: Money;
  readonly transfers: number;
}
interface Transfer {
  readonly status: 'requested' | 'completed' | 'failed' | 'unresolved' | 'resolved';
  readonly direction: 'to-machine' | 'to-house';
  readonly moved: Money | null;
}
interface Machine {
  readonly id: string;
  readonly serial: string;
}

export const disasters = ['gateway', 'platform', 'power'] as const;
export type Disaster = (typeof disasters)[number];

export interface TransferRun {
  readonly transfers: number;
  /** What happens, and after how many requests. */
  readonly disasters: ReadonlyMap<number, Disaster>;
}

export interface TransferOutcome {
  readonly statuses: Readonly<Record<Transfer['status'], number>>;
  /** In minor units; the three add up to zero. */
  readonly account: { readonly balance: number; readonly pending: number; readonly onMachines: number };
  /** What the machines' own meters say they took, less what they gave back. */
  readonly machines: number;
  /** Times that the account was looked at while transfers went on, and those at which it did not add up. */
  readonly looks: number;
  readonly unbalanced: number;
}

const settledMs = 240_000;
/** The launcher gives up a process that dies more than eight times in a minute: none is killed more often than this. */
const killEveryMs = 8_500;
const requestMs = 60_000;
const centsEach = 500;

/** Process of the launcher's that runs an application; 0 while there is none. */
const pidOf = (demo: Demo, name: string): number =>
  descendants(demo.program.process.pid ?? 0).find((pid) => commandOf(pid).includes(`apps/${name}/src/main.js`)) ?? 0;

/** Asks for transfers of 5.00 to and from machines, one machine after another, while processes are killed and machines lose power. */
export async function runTransfers(demo: Demo, run: TransferRun): Promise<TransferOutcome> {
  let api = await Api.ofStaff(demo.url, demo.demo.staff.manager);
  const { body } = await api.get<{ items: Machine[] }>(`/api/v1/machines?hallId=${demo.demo.hallId}&limit=100`);
  const machines = body.items;
  const seen = { looks: 0, unbalanced: 0 };
  const killable: Record<'gateway' | 'platform', number> = { gateway: 0, platform: 0 };
  for (let number = 0; number < run.transfers; number += 1) {
    const machine = machines[number % machines.length];
    if (!machine) throw new Error('the hall has no machines');
    const direction = Math.floor(number / machines.length) % 3 === 2 ? 'to-house' : 'to-machine';
    const amount = { value: centsEach, currency: 'EUR' };
    const ask = async (): Promise<boolean> => {
      const answer = await api
        .post(`/api/v1/machines/${machine.id}/transfers`, { direction, amount }, { key: `transfer-${number}` })
        .catch(() => undefined);
      if (answer?.status === 401) api = await Api.ofStaff(demo.url, demo.demo.staff.manager);
      return answer?.status === 202;
    };
    await until(ask, requestMs);
    const disaster = run.disasters.get(number);
    if (disaster === 'power') await demo.floor.input(machine.serial, { input: 'cycle-power' });
    else if (disaster) {
      await pause(Math.max(0, killable[disaster] - Date.now()));
      await until(() => pidOf(demo, disaster) > 0);
      process.kill(pidOf(demo, disaster), 'SIGKILL');
      killable[disaster] = Date.now() + killEveryMs;
    }
    const account = await accountOf(api, demo).catch(() => undefined);
    if (account) {
      seen.looks += 1;
      if (account.balance + account.pending + account.onMachines !== 0) seen.unbalanced += 1;
    }
  }
  return { ...(await settled(api, demo, run.transfers)), ...seen };
}

async function accountOf(api: Api, demo: Demo): Promise<TransferOutcome['account']> {
  const { body, status } = await api.get<Account>(`/api/v1/house-accounts/${demo.demo.hallId}`);
  if (status !== 200) throw new Error(`the account was answered ${status}`);
  return { balance: body.balance.value, pending: body.pending.value, onMachines: body.onMachines.value };
}

async function allTransfers(api: Api): Promise<Transfer[]> {
  const found: Transfer[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: { body: { items: Transfer[]; next: string | null } } = await api.get(
      `/api/v1/transfers?limit=100${cursor === '' ? '' : `&cursor=${cursor}`}`,
    );
    found.push(...page.body.items);
    cursor = page.body.next;
  }
  return found;
}

async function settled(api: Api, demo: Demo, count: number): Promise<Omit<TransferOutcome, 'looks' | 'unbalanced'>> {
  let transfers: Transfer[] = [];
  await until(async () => {
    transfers = await allTransfers(api).catch(() => []);
    return transfers.length === count && transfers.every(({ status }) => status !== 'requested');
  }, settledMs);
  const statuses = { requested: 0, completed: 0, failed: 0, unresolved: 0, resolved: 0 };
  for (const { status } of transfers) statuses[status] += 1;
  return { statuses, account: await accountOf(api, demo), machines: await movedByMeters(demo) };
}

/** A0 less B8 over all machines: cents that came in house and went back. */
async function movedByMeters(demo: Demo): Promise<number> {
  const reports = await demo.floor.machines();
  return reports.reduce((sum, { meters }) => sum + (meters.A0 ?? 0) - (meters.B8 ?? 0), 0);
}
