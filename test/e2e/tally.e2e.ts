import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type PackVerification, verifyPack } from '#evidence';
import { hashLeaf, includes, readCheckpoint } from '#tamper-log';

import { Api } from '../support/api.js';
import { type Demo, startDemo } from '../support/demo.js';
import { until } from '../support/processes.js';
import { runTally } from '../support/tally.js';

interface LogState {
  readonly key: string;
  readonly checkpoint: { readonly size: string; readonly note: string } | null;
  readonly lastCheck: { readonly findings: number } | null;
  readonly findings: readonly object[];
}

const startMs = 120_000;

let demo: Demo;
let regulator: Api;
let integrator: Api;
let folder: string;
let playerId: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tally-'));
  demo = await startDemo({ machines: 2, gameEveryMs: 0 });
  regulator = await Api.ofClient(demo.url, demo.demo.clients.regulator);
  integrator = await Api.ofClient(demo.url, demo.demo.clients.integrator);
  const { body } = await integrator.post<{ playerId: string }>('/api/v1/players', {
    hallId: demo.demo.hallId,
    name: 'Ivan Vazov',
  });
  ({ playerId } = body);
  for (let count = 0; count < 3; count += 1) await deposit(playerId);
  await until(async () => (await tally('log', 'prove', `wallet-${playerId}`, '2')).exit === 0);
}, startMs);

afterAll(async () => {
  await demo.stop();
  rmSync(folder, { recursive: true });
}, startMs);

async function deposit(player: string): Promise<void> {
  const amount = { value: 4_711, currency: 'EUR' };
  await integrator.post(`/api/v1/wallets/${player}/deposits`, { amount, reason: 'At the desk' });
}

const tally = (...args: string[]) => runTally(demo, ...args);
const log = async (): Promise<LogState> => (await regulator.get<LogState>('/api/v1/audit/log')).body;

describe('the log of a running hall', () => {
  it('agrees with the store, and with every checkpoint that somebody kept', async () => {
    const kept = join(folder, 'checkpoint.txt');
    writeFileSync(kept, await (await fetch(`${demo.url}/audit/log/checkpoint`)).text());
    const { body } = await integrator.get<{ items: { id: string }[] }>('/api/v1/players?limit=4');
    await deposit(body.items.find(({ id }) => id !== playerId)?.id ?? '');
    await until(async () => Number((await log()).checkpoint?.size) > Number(readFileSync(kept, 'utf8').split('\n')[1]));
    const { exit, out, error } = await tally('log', 'verify', '--json', '--checkpoint', kept);
    expect(error).toBe('');
    expect(JSON.parse(out)).toMatchObject({ agree: true, findings: [], key: (await log()).key });
    expect(exit).toBe(0);
    const inThreads = await tally('log', 'verify', '--json', '--checkpoint', kept, '--threads', '2');
    expect(JSON.parse(inThreads.out)).toMatchObject({ agree: true, findings: [], key: (await log()).key });
    expect((await tally('log', 'verify', '--threads', '0')).error).toContain('--threads must be a whole number from 1');
  });

  it('is not the one of a key that somebody else has', async () => {
    const other = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
    for (const threads of ['1', '2']) {
      const { exit, out } = await tally('log', 'verify', '--key', other, '--threads', threads);
      expect(exit).toBe(1);
      expect(out).toContain('checkpoint-invalid');
    }
  });

  it('was checked by the platform itself, which found nothing', async () => {
    await until(async () => (await log()).lastCheck !== null);
    expect(await log()).toMatchObject({ lastCheck: { findings: 0 }, findings: [] });
  });

  it('serves hashes to anybody, and entries to nobody without the permission for all halls', async () => {
    const tile = await fetch(`${demo.url}/audit/log/tile/0/000.p/3`);
    expect([tile.status, (await tile.arrayBuffer()).byteLength]).toEqual([200, 96]);
    expect((await fetch(`${demo.url}/audit/log/tile/0/999`)).status).toBe(404);
    expect((await fetch(`${demo.url}/audit/log/tile/nonsense`)).status).toBe(404);
    expect((await fetch(`${demo.url}/audit/log/tile/entries/000.p/3`)).status).toBe(401);
    expect((await regulator.get('/audit/log/tile/entries/000.p/3')).status).toBe(403);
  });

  it('proves its checkpoints consistent with each other', async () => {
    const size = Number((await log()).checkpoint?.size);
    const { status, body } = await regulator.get<{ hashes: string[] }>(
      `/api/v1/audit/proofs/consistency?from=3&to=${size}`,
    );
    expect(status).toBe(200);
    expect(body.hashes.length).toBeGreaterThan(0);
    expect((await regulator.get(`/api/v1/audit/proofs/consistency?from=3&to=${size * 1_000}`)).status).toBe(422);
  });
});

describe('one event', () => {
  it('is proven as a C2SP text, by hashing on this side', async () => {
    const file = join(folder, 'deposit.tlog-proof');
    const { exit } = await tally('log', 'prove', `wallet-${playerId}`, '1', '--out', file);
    expect(exit).toBe(0);
    expect(readFileSync(file, 'utf8')).toMatch(/^c2sp\.org\/tlog-proof@v1\nindex \d+\n/);
  });

  it('that is not there is refused in the platform’s words', async () => {
    const { exit, error } = await tally('log', 'prove', `wallet-${playerId}`, '99');
    expect(error).toContain('There is no such event. (event_unknown)');
    expect(exit).toBe(3);
  });

  it('is shown with its stream', async () => {
    const { out } = await tally('streams', 'show', `wallet-${playerId}`);
    expect(out.match(/wallet\.funds-deposited\.v1 {2}by client Demo integrator: At the desk/g)).toHaveLength(3);
    const shown = JSON.parse((await tally('streams', 'show', `wallet-${playerId}`, '--json', '--limit', '2')).out) as {
      items: object[];
      next: string;
    };
    expect([shown.items.length, shown.next]).toEqual([2, '2']);
  });
});

describe('a page of a stream', () => {
  it('is newest first if it is asked so, with what proves each event', async () => {
    const path = `/api/v1/audit/streams/wallet-${playerId}?direction=backwards&limit=2`;
    interface Proven {
      readonly items: readonly { revision: string; proof: { index: string; hashes: string[] } | null }[];
      readonly next: string | null;
      readonly checkpoint: { note: string };
    }
    const { body } = await regulator.get<Proven>(`${path}&proofs=true`);
    expect(body.items.map(({ revision }) => revision)).toEqual(['2', '1']);
    expect((await regulator.get<Proven>(`${path}&from=${body.next}`)).body).toMatchObject({
      items: [{ revision: '0' }],
      next: null,
    });
    const inclusion = await regulator.get<{ index: string; entry: string }>(
      `/api/v1/audit/proofs/inclusion?stream=wallet-${playerId}&revision=1`,
    );
    const { index, hashes = [] } = body.items[1]?.proof ?? {};
    expect(index).toBe(inclusion.body.index);
    const bytes = hashes.map((hash) => Buffer.from(hash, 'base64'));
    const { size, root } = readCheckpoint(body.checkpoint.note);
    expect(includes(hashLeaf(Buffer.from(inclusion.body.entry)), Number(index), size, bytes, root)).toBe(true);
  });
});

describe('an evidence pack', () => {
  const exported = async (...about: string[]): Promise<{ file: string; summary: Record<string, unknown> }> => {
    const file = join(folder, `${about[0]}.zip`);
    const { exit, out, error } = await tally('evidence', 'export', ...about, '--out', file, '--json');
    expect(error).toBe('');
    expect(exit).toBe(0);
    return { file, summary: JSON.parse(out) as Record<string, unknown> };
  };

  it('of a player has the wallet too, the name as it was, and no gap', async () => {
    const { file, summary } = await exported('player', playerId);
    expect(summary).toMatchObject({
      holds: true,
      events: 4,
      manifest: {
        subject: { kind: 'player', id: playerId, name: 'Ivan Vazov' },
        completeStreams: [
          { stream: `player-${playerId}`, first: '0', last: '0' },
          { stream: `wallet-${playerId}`, first: '0', last: '2' },
        ],
      },
    });
    const { exit, out } = await tally('evidence', 'verify', file, '--key', (await log()).key);
    expect(exit).toBe(0);
    expect(out).not.toContain('from the pack itself');
  });

  it('of a machine has what was decided and what it did', async () => {
    const { body } = await regulator.get<{ items: { id: string }[] }>('/api/v1/machines?limit=1');
    const machineId = body.items[0]?.id ?? '';
    const { summary } = await exported('machine', machineId);
    const { manifest } = summary as { manifest: { completeStreams: { stream: string }[] } };
    const streams = manifest.completeStreams.map(({ stream }) => stream);
    expect(streams).toContain(`machine-${machineId}`);
    expect(streams.some((stream) => stream.startsWith(`feed-${machineId}-`))).toBe(true);
  });

  it('of a hall’s day has everything of the hall on that day', async () => {
    const { body } = await regulator.get<{ items: { gamingDate: string | null }[] }>(
      `/api/v1/audit/streams/wallet-${playerId}`,
    );
    const day = body.items[0]?.gamingDate ?? '';
    const { summary } = await exported('hall', demo.demo.hallId, '--from', day, '--to', day);
    expect(summary).toMatchObject({ holds: true });
    expect(summary.events).toBeGreaterThanOrEqual(4);
  });

  it('in which one byte was changed does not hold', async () => {
    const { file } = await exported('wallet', playerId);
    const archive = readFileSync(file);
    const middle = Math.floor(archive.length / 2);
    archive.writeUInt8((archive[middle] ?? 0) ^ 1, middle);
    writeFileSync(file, archive);
    expect((await tally('evidence', 'verify', file)).exit).toBe(1);
  });

  it('of what is not there, or of an impossible period, is refused', async () => {
    expect((await tally('evidence', 'export', 'wallet', 'nobody')).error).toContain('subject_unknown');
    const period = { kind: 'hall', id: demo.demo.hallId, from: '2026-02-02', to: '2026-02-01' };
    expect(await regulator.post('/api/v1/audit/evidence', period)).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/to' }] },
    });
  });
});

describe('a person who was erased', () => {
  const pack = async (id: string) => {
    const response = await fetch(`${demo.url}/api/v1/audit/evidence`, {
      method: 'POST',
      headers: { authorization: `Bearer ${regulator.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ kind: 'player', id }),
    });
    return response.ok ? Buffer.from(await response.arrayBuffer()) : undefined;
  };

  it(
    'is gone, and leaves every proof whole: the log binds the ciphertext',
    async () => {
      const { hallId } = demo.demo;
      const person = { hallId, name: 'Hristo Botev' };
      const { playerId: id } = (await integrator.post<{ playerId: string }>('/api/v1/players', person)).body;
      let before: Buffer | undefined;
      await until(async () => (before = await pack(id)) !== undefined);
      const administrator = await Api.ofStaff(demo.url, demo.demo.staff.administrator);
      await administrator.post(`/api/v1/players/${id}/erase`, { reason: 'They asked' });
      let after: PackVerification | undefined;
      await until(async () => {
        const archive = await pack(id);
        after = archive && verifyPack(archive);
        return after?.events === 2;
      });
      expect(after).toMatchObject({ holds: true, manifest: { subject: { name: null } } });
      expect(verifyPack(before ?? Buffer.alloc(0))).toMatchObject({
        holds: true,
        manifest: { subject: { name: 'Hristo Botev' } },
      });
    },
    startMs,
  );
});
