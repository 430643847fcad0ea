import { setTimeout as pause } from 'node:timers/promises';

import { type Answered, Api } from './api.js';
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
  readonly id: string;
  readonly machineId: string;
  readonly requestedAt: string;
  readonly status: 'requested' | 'completed' | 'failed' | 'unresolved' | 'resolved';
  readonly direction: 'to-machine' | 'to-house';
  readonly moved: Money | null;
  readonly machineStatus: number | null;
  readonly detail: string | null;
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
  /** Why transfers failed, and how many for each reason. */
  readonly failures: Readonly<Record<string, number>>;
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

/** The hall's manager, who signs in again when a token has run out: a run may take longer than one is good for. */
class Manager {
  private constructor(
    private readonly demo: Demo,
    private api: Api,
  ) {}

  static async of(demo: Demo): Promise<Manager> {
    return new Manager(demo, await Api.ofStaff(demo.url, demo.demo.staff.manager));
  }

  get<T>(path: string, after?: string): Promise<Answered<T>> {
    return this.signedIn((api) => api.get<T>(path, after === undefined ? {} : { after }));
  }

  post(path: string, body: object, key: string): Promise<Answered<unknown>> {
    return this.signedIn((api) => api.post(path, body, { key }));
  }

  private async signedIn<T>(ask: (api: Api) => Promise<Answered<T>>): Promise<Answered<T>> {
    const answer = await ask(this.api);
    if (answer.status !== 401) return answer;
    this.api = await Api.ofStaff(this.demo.url, this.demo.demo.staff.manager);
    return ask(this.api);
  }
}

/** Asks for transfers of 5.00 to and from machines, one machine after another, while processes are killed and machines lose power. */
export async function runTransfers(demo: Demo, run: TransferRun): Promise<TransferOutcome> {
  const manager = await Manager.of(demo);
  const { body } = await manager.get<{ items: Machine[] }>(`/api/v1/machines?hallId=${demo.demo.hallId}&limit=100`);
  const machines = body.items;
  const seen = { looks: 0, unbalanced: 0 };
  let position: string | undefined;
  const killable: Record<'gateway' | 'platform', number> = { gateway: 0, platform: 0 };
  for (let number = 0; number < run.transfers; number += 1) {
    const machine = machines[number % machines.length];
    if (!machine) throw new Error('the hall has no machines');
    const direction = Math.floor(number / machines.length) % 3 === 2 ? 'to-house' : 'to-machine';
    const amount = { value: centsEach, currency: 'EUR' };
    const ask = async (): Promise<boolean> => {
      const path = `/api/v1/machines/${machine.id}/transfers`;
      last = await manager.post(path, { direction, amount }, `transfer-${number}`).catch(String);
      if (typeof last === 'string' || last.status !== 202) return false;
      position = last.headers.get('tallyhall-position') ?? position;
      return true;
    };
    let last: Answered<unknown> | string = '';
    // One a machine: more would be past their deadline before anybody comes to them, and each crash is to meet transfers under way.
    await until(() => isRoom(manager, machines.length, position), settledMs);
    await until(ask, requestMs, () => `transfer ${number} of ${machine.serial} was not taken: ${JSON.stringify(last)}`);
    const disaster = run.disasters.get(number);
    if (disaster === 'power') await demo.floor.input(machine.serial, { input: 'cycle-power' });
    else if (disaster) {
      await pause(Math.max(0, killable[disaster] - Date.now()));
      await until(() => pidOf(demo, disaster) > 0);
      process.kill(pidOf(demo, disaster), 'SIGKILL');
      killable[disaster] = Date.now() + killEveryMs;
    }
    const account = await accountOf(manager, demo).catch(() => undefined);
    if (account) {
      seen.looks += 1;
      if (account.balance + account.pending + account.onMachines !== 0) seen.unbalanced += 1;
    }
  }
  return { ...(await settled(manager, demo, run.transfers)), ...seen };
}

async function accountOf(manager: Manager, demo: Demo): Promise<TransferOutcome['account']> {
  const { body, status } = await manager.get<Account>(`/api/v1/house-accounts/${demo.demo.hallId}`);
  if (status !== 200) throw new Error(`the account was answered ${status}`);
  return { balance: body.balance.value, pending: body.pending.value, onMachines: body.onMachines.value };
}

/** Whether fewer transfers are open than so many, of all that were asked for up to a position: a platform that starts again shows older ones. */
async function isRoom(manager: Manager, count: number, after: string | undefined): Promise<boolean> {
  const path = '/api/v1/transfers?status=requested&limit=100';
  const answer = await manager.get<{ items: unknown[] }>(path, after).catch(() => undefined);
  return answer?.status === 200 && answer.body.items.length < count;
}

async function allTransfers(manager: Manager): Promise<Transfer[]> {
  const found: Transfer[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: Answered<{ items: Transfer[]; next: string | null }> = await manager.get(
      `/api/v1/transfers?limit=100${cursor === '' ? '' : `&cursor=${cursor}`}`,
    );
    if (page.status !== 200) throw new Error(`the transfers were answered ${page.status}`);
    found.push(...page.body.items);
    cursor = page.body.next;
  }
  return found;
}

async function settled(
  manager: Manager,
  demo: Demo,
  count: number,
): Promise<Omit<TransferOutcome, 'looks' | 'unbalanced'>> {
  let transfers: Transfer[] = [];
  let account = { balance: 0, pending: 0, onMachines: 0 };
  let failure = '';
  const isSettled = async (): Promise<boolean> => {
    try {
      transfers = await allTransfers(manager);
      account = await accountOf(manager, demo);
      failure = account.pending === 0 ? '' : `${account.pending} are pending in the account`;
    } catch (error) {
      failure = String(error);
      return false;
    }
    if (transfers.length !== count || transfers.some(({ status }) => status === 'requested')) return false;
    // The account is a read model of its own, and may come a little later.
    return account.pending === 0 || transfers.some(({ status }) => status === 'unresolved');
  };
  await until(isSettled, settledMs, () => unsettled(demo, transfers, failure));
  const statuses = { requested: 0, completed: 0, failed: 0, unresolved: 0, resolved: 0 };
  const failures: Record<string, number> = {};
  for (const { status, machineStatus, detail } of transfers) {
    statuses[status] += 1;
    const why = `${machineStatus === null ? 'not asked' : `status ${machineStatus}`}${detail === null ? '' : `, ${detail}`}`;
    if (status === 'failed') failures[why] = (failures[why] ?? 0) + 1;
  }
  return { statuses, failures, account, machines: await movedByMeters(demo) };
}

/** What is known where transfers stay open: which they are, which processes live, and what the program said last. */
function unsettled(demo: Demo, transfers: readonly Transfer[], failure: string): string {
  const open = transfers.filter(({ status }) => status === 'requested');
  const alive = ['engines', 'platform', 'gateway', 'demo-floor'].filter((name) => pidOf(demo, name) > 0);
  return [
    `of ${transfers.length} transfers ${open.length} are open after ${settledMs / 1_000} s${failure && `, ${failure}`}`,
    ...open.map((transfer) => JSON.stringify(transfer)),
    `processes: ${alive.join(', ')}`,
    ...demo.program.output().split('\n').slice(-60),
  ].join('\n');
}

/** A0 less B8 over all machines: cents that came in house and went back. */
async function movedByMeters(demo: Demo): Promise<number> {
  const reports = await demo.floor.machines();
  return reports.reduce((sum, { meters }) => sum + (meters.A0 ?? 0) - (meters.B8 ?? 0), 0);
}
