import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { buildPack, zip } from '#evidence';
import { inclusionProof, LogWriter, noteSigner, signCheckpoint, TileReader } from '#tamper-log';

import { eventsUpTo } from '../../../libs/tamper-log/src/events.test-support.js';
import { MemoryStorage } from '../../../libs/tamper-log/src/memory-storage.test-support.js';
import { commands } from './commands.js';
import { tally } from './tally.js';

const signer = noteSigner('tallyhall/test', Buffer.alloc(32, 7));
let folder: string;
let pack: string;
let checkpoint: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tally-'));
  const writer = LogWriter.empty();
  const storage = new MemoryStorage();
  const [event] = eventsUpTo(1);
  await storage.write(writer.append([event!]));
  const reader = new TileReader(storage);
  const hashes = await inclusionProof(0, 1, (tree) => reader.hashOf(tree));
  const note = signCheckpoint(writer.state, signer);
  const files = buildPack({
    createdAt: '2026-01-15T13:30:00.000Z',
    createdBy: { kind: 'client', id: 'c1', name: null },
    origin: signer.name,
    subject: { kind: 'wallet', id: '0', name: null },
    period: { from: null, to: null },
    completeStreams: [],
    events: [{ ...event!, index: 0, hashes }],
    names: {},
    checkpoint: note,
    verifierKey: signer.verifierKey,
  });
  const chunks: Buffer[] = [];
  for await (const chunk of zip(files)) chunks.push(chunk);
  pack = join(folder, 'pack.zip');
  checkpoint = join(folder, 'checkpoint.txt');
  writeFileSync(pack, Buffer.concat(chunks));
  writeFileSync(checkpoint, note);
});
afterAll(() => rmSync(folder, { recursive: true }));

async function run(...args: string[]): Promise<{ exit: number; out: string; error: string }> {
  let [out, error] = ['', ''];
  const streams = {
    out: (text: string) => void (out += text),
    error: (text: string) => void (error += text),
    isTerminal: false,
  };
  const exit = await tally(args, { DATA_DIR: join(folder, 'nothing') }, streams);
  return { exit, out, error };
}

describe('tally', () => {
  it('says what it can do', async () => {
    const { exit, out } = await run('help');
    expect(exit).toBe(0);
    for (const { name } of commands) expect(out).toContain(`tally ${name}`);
    expect((await run('evidence', 'verify', '--help')).out).toContain('Checks an evidence pack');
  });

  it.each([
    [['log', 'burn'], "There is no command 'log burn'"],
    [['evidence', 'verify'], 'Name the file of the pack'],
    [['evidence', 'verify', 'x', '--fast'], "Unknown option '--fast'"],
    [['evidence', 'verify', '/nowhere/pack.zip'], 'ENOENT'],
    [['evidence', 'export', 'moon', '1'], 'Say what the evidence is about: machine, player, wallet, hall'],
    [['log', 'prove', 'wallet-1'], 'Name the stream and the revision'],
    [['streams', 'show', 'x', '--limit', '0'], '--limit must be'],
    [['streams', 'show', 'x'], 'Set TALLY_CLIENT_ID'],
  ])('%j ends with 2, and says why', async (args, why) => {
    const { exit, error } = await run(...args);
    expect(error).toContain(why);
    expect(exit).toBe(2);
  });

  it('ends with 3 where nothing runs', async () => {
    const { exit, error } = await run('log', 'verify');
    expect(error).toContain('Tallyhall does not run on');
    expect(exit).toBe(3);
  });
});

describe('tally evidence verify', () => {
  it('ends with 0 for a pack that holds, and tells whose key it trusted', async () => {
    const { exit, out } = await run('evidence', 'verify', pack);
    expect(exit).toBe(0);
    expect(out).toContain('It holds: 1 events are in the signed tree of 1 leaves');
    expect(out).toContain('from the pack itself');
    const trusted = await run('evidence', 'verify', pack, '--key', signer.verifierKey, '--checkpoint', checkpoint);
    expect(trusted.exit).toBe(0);
    expect(trusted.out).not.toContain('from the pack itself');
  });

  it('answers one object under --json', async () => {
    const { out } = await run('evidence', 'verify', pack, '--json');
    expect(JSON.parse(out)).toMatchObject({ holds: true, events: 1, checkpoint: { size: 1 }, problems: [] });
  });

  it('ends with 1 for another key, and for a file that is no pack', async () => {
    const other = noteSigner('tallyhall/test', Buffer.alloc(32, 8)).verifierKey;
    const { exit, out } = await run('evidence', 'verify', pack, '--key', other);
    expect(exit).toBe(1);
    expect(out).toContain('It does NOT hold');
    expect((await run('evidence', 'verify', checkpoint)).exit).toBe(1);
  });

  it('wants the key of a kept checkpoint', async () => {
    expect((await run('evidence', 'verify', pack, '--checkpoint', checkpoint)).exit).toBe(2);
  });
});
