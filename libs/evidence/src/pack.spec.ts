import { beforeAll, describe, expect, it } from '@jest/globals';

import { inclusionProof, LogWriter, noteSigner, readCheckpoint, signCheckpoint, TileReader } from '#tamper-log';

import { eventsUpTo } from '../../tamper-log/src/events.test-support.js';
import { MemoryStorage } from '../../tamper-log/src/memory-storage.test-support.js';
import { buildPack, type Evidence } from './build-pack.js';
import { ArchiveInvalid, unzip } from './unzip.js';
import { verifyPack } from './verify-pack.js';
import { type ArchiveFile, zip } from './zip.js';

const signer = noteSigner('tallyhall/test', Buffer.alloc(32, 7));
let evidence: Evidence;

beforeAll(async () => {
  const writer = LogWriter.empty();
  const storage = new MemoryStorage();
  const events = eventsUpTo(600);
  await storage.write(writer.append(events));
  const reader = new TileReader(storage);
  const prove = async (index: number) => ({
    ...events[index]!,
    index,
    hashes: await inclusionProof(index, 600, (tree) => reader.hashOf(tree)),
  });
  evidence = {
    createdAt: '2026-01-15T13:30:00.000Z',
    createdBy: { kind: 'client', id: 'c1', name: 'Regulator' },
    origin: signer.name,
    subject: { kind: 'wallet', id: '3', name: 'Elena Petrova' },
    period: { from: null, to: null },
    completeStreams: [{ stream: 'wallet-3', first: '0', last: '119' }],
    events: await Promise.all(Array.from({ length: 120 }, (_, at) => prove(at * 5 + 3))),
    names: { 'client:c1': 'Regulator' },
    checkpoint: signCheckpoint(writer.state, signer),
    verifierKey: signer.verifierKey,
  };
});

async function archive(files: readonly ArchiveFile[]): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of zip(files)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The pack with one file changed, and the manifest, where it may be, made to fit. */
async function spoiled(name: string, change: (text: string) => string): Promise<readonly string[]> {
  const files = buildPack(evidence).map((file) =>
    file.name === name ? { name, content: Buffer.from(change(file.content.toString())) } : file,
  );
  return verifyPack(await archive(files)).problems;
}

describe('an evidence pack', () => {
  it('holds, with nothing but itself', async () => {
    const verification = verifyPack(await archive(buildPack(evidence)));
    expect(verification).toMatchObject({ holds: true, events: 120, problems: [], keyIsTrusted: false });
    expect(verification.checkpoint?.size).toBe(600);
    expect(verification.manifest?.subject.name).toBe('Elena Petrova');
  });

  it('is the same archive for the same evidence, and says how to check it', async () => {
    const first = await archive(buildPack(evidence));
    expect(first.equals(await archive(buildPack(evidence)))).toBe(true);
    const [readme] = buildPack(evidence);
    expect(readme?.content.toString()).toContain('npx tally evidence verify');
    expect(readme?.content.toString()).toContain('wallet 3 (Elena Petrova)');
  });

  it.each([
    [
      'an amount',
      'events.jsonl',
      (text: string) => text.replace('"value":58', '"value":59'),
      'leaf 58 (event 11 of wallet-3)',
    ],
    ['a time', 'events.jsonl', (text: string) => text.replace('13:30:00.003Z', '13:30:00.004Z'), 'leaf 3 (event 0'],
    ['who did it', 'events.jsonl', (text: string) => text.replace('"id":"c1"', '"id":"c2"'), 'leaf 3 (event 0'],
    [
      'an event left out',
      'events.jsonl',
      (text: string) => text.slice(text.indexOf('\n') + 1),
      'proofs.jsonl does not have',
    ],
    ['a proof', 'proofs.jsonl', (text: string) => text.replace(/"hashes":\["../, '"hashes":["AA'), 'leaf 3 (event 0'],
    [
      'the checkpoint',
      'checkpoint.txt',
      (text: string) => text.replace('\n600\n', '\n601\n'),
      'signature of tallyhall/test is wrong',
    ],
    ['a name', 'names.json', (text: string) => text.replace('Regulator', 'Nobody'), 'names.json is not the file'],
    [
      'the manifest’s form',
      'manifest.json',
      (text: string) => text.replace('"version": 1', '"version": 2'),
      'manifest.json is missing',
    ],
  ])('in which %s was changed does not hold', async (_, name, change, problem) => {
    expect((await spoiled(name, change)).join('\n')).toContain(problem);
  });

  it('from which an event was taken cleanly is not complete', async () => {
    const without = { ...evidence, events: evidence.events.toSpliced(7, 1) };
    const { problems } = verifyPack(await archive(buildPack(without)));
    expect(problems).toEqual(['event 7 of wallet-3 is missing, and the stream is said to be complete']);
  });

  it('is held against a key and a checkpoint from elsewhere', async () => {
    const pack = await archive(buildPack(evidence));
    const kept = readCheckpoint(evidence.checkpoint);
    expect(verifyPack(pack, { verifierKey: signer.verifierKey, kept })).toMatchObject({
      holds: true,
      keyIsTrusted: true,
    });
    const other = noteSigner('tallyhall/test', Buffer.alloc(32, 8)).verifierKey;
    expect(verifyPack(pack, { verifierKey: other }).holds).toBe(false);
    expect(verifyPack(pack, { kept: { ...kept, root: Buffer.alloc(32) } }).holds).toBe(false);
  });
});

describe('an archive', () => {
  it('gives back its files', async () => {
    const files = [
      { name: 'a.txt', content: Buffer.from('a'.repeat(100_000)) },
      { name: 'empty', content: Buffer.alloc(0) },
    ];
    const packed = await archive(files);
    expect(packed.length).toBeLessThan(1_000);
    expect([...unzip(packed)]).toEqual(files.map(({ name, content }) => [name, content]));
  });

  it('that is damaged is refused', async () => {
    const packed = await archive([{ name: 'a.txt', content: Buffer.from('hello, hello, hello') }]);
    expect(() => unzip(Buffer.from('no archive, and longer than its end would be'))).toThrow('it is no ZIP archive');
    expect(() => unzip(packed.subarray(0, -30))).toThrow(ArchiveInvalid);
    const damaged = Buffer.from(packed);
    damaged.writeUInt8((damaged[40] ?? 0) ^ 1, 40);
    expect(() => unzip(damaged)).toThrow(ArchiveInvalid);
  });
});
