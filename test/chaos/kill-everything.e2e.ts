import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { Api } from '../support/api.js';
import { type Demo, startDemo } from '../support/demo.js';
import type { MachineReport } from '../support/floor-control.js';
import { commandOf, descendants, until } from '../support/processes.js';

interface Totals {
  readonly games: number;
  readonly wager: { readonly value: number };
  readonly win: { readonly value: number };
  readonly billsIn: { readonly value: number };
}
interface Machine {
  readonly serial: string;
  readonly totals: Totals;
}

const startMs = 120_000;
const chaosMs = 300_000;

let demo: Demo;
let api: Api;
let path: string;
/** Deposits that were acknowledged, in minor units. */
let acknowledged = 0;
/** Position of the last of them: what is read must have reached it. */
let reached = '0';
let sent = 0;

beforeAll(async () => {
  demo = await startDemo({ machines: 6, gameEveryMs: 800 });
  api = await Api.ofClient(demo.url, demo.demo.clients.integrator);
  const { body } = await api.post<{ playerId: string }>(
    '/api/v1/players',
    { hallId: demo.demo.hallId, name: 'Chaos' },
    { key: 'player' },
  );
  path = `/api/v1/wallets/${body.playerId}`;
}, startMs);

afterAll(() => demo.stop(), startMs);

/** Deposits of one cent, one after the other, until told to stop; an unknown outcome is repeated with the same key, as a client must. */
async function deposit(signal: AbortSignal): Promise<void> {
  for (let key = `cent-${(sent += 1)}`; !signal.aborted;) {
    const answer = await api
      .post(`${path}/deposits`, { amount: { value: 1, currency: 'EUR' } }, { key })
      .catch(() => undefined);
    if (answer?.status === 201) {
      acknowledged += 1;
      reached = answer.headers.get('tallyhall-position') ?? reached;
      key = `cent-${(sent += 1)}`;
    } else await pause(50);
  }
}

/** Runs a disaster in the middle of play and deposits. */
async function during(disaster: () => Promise<void>): Promise<void> {
  const stop = new AbortController();
  const depositing = deposit(stop.signal);
  await pause(3_000);
  await disaster();
  await pause(3_000);
  stop.abort();
  await depositing;
}

async function machinesAgree(): Promise<void> {
  const reports = await demo.floor.settle();
  const expected = new Map(reports.map((report) => [report.serial, totalsOf(report)]));
  let found: object = {};
  const compare = async (): Promise<boolean> => {
    const { body } = await api.get<{ items: Machine[] }>(`/api/v1/machines?hallId=${demo.demo.hallId}`);
    found = Object.fromEntries(
      body.items.map(({ serial, totals }) => [
        serial,
        [totals.games, totals.wager.value, totals.win.value, totals.billsIn.value],
      ]),
    );
    return JSON.stringify(Object.entries(found).sort()) === JSON.stringify([...expected].sort());
  };
  await until(
    compare,
    30_000,
    () =>
      `the machines' own meters: ${JSON.stringify([...expected].sort())}\nthe platform: ${JSON.stringify(Object.entries(found).sort())}`,
  );
}

/** Games, and what was wagered, won and put in, in whole minor units, by the machine's own meters. */
function totalsOf({ denomination, totals }: MachineReport): number[] {
  const minor = (credits: number): number => Math.floor((credits * denomination) / 100);
  return [
    totals.gamesPlayed,
    minor(totals.coinIn),
    minor(totals.coinOut + totals.jackpot),
    minor(totals.billsAccepted),
  ];
}

async function depositsAgree(): Promise<void> {
  let balance: number | undefined;
  await until(async () => {
    const { status, body } = await api.get<{ balance: { value: number } | null }>(path, { after: reached });
    balance = body.balance?.value;
    return status === 200;
  });
  // The last one sent may have been written without an answer: its client would repeat it.
  expect([acknowledged, acknowledged + 1]).toContain(balance);
  acknowledged = balance ?? 0;
}

describe('after kill -9 in the middle of play', () => {
  it.each(['engines', 'platform', 'gateway', 'demo-floor'])(
    'of the %s nothing acknowledged is lost, and the machines’ own meters agree',
    async (name) => {
      await demo.floor.play(800);
      await during(async () => {
        const pid = pidOf(name);
        process.kill(pid, 'SIGKILL');
        await demo.program.printed('starting it again', 10_000);
        await until(() => pidOf(name) !== pid, 20_000);
        await until(async () => (await fetch(`${demo.url}/health/ready`).catch(() => undefined))?.ok === true, 60_000);
      });
      await machinesAgree();
      await depositsAgree();
    },
    chaosMs,
  );

  it(
    'of everything at once the same holds',
    async () => {
      await demo.floor.play(800);
      await during(async () => {
        demo.kill();
        await demo.restart();
      });
      await machinesAgree();
      await depositsAgree();
    },
    chaosMs,
  );
});

/** The process of the launcher's that runs an application; 0 while there is none. */
function pidOf(name: string): number {
  return (
    descendants(demo.program.process.pid ?? 0).find((pid) => commandOf(pid).includes(`apps/${name}/src/main.js`)) ?? 0
  );
}
