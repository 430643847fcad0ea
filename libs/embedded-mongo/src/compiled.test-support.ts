import { transformFile } from '@swc/core';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

const sources = resolve('libs/embedded-mongo/src');

/**
 * Compiles the engine into a directory so that a test can run it as a process of its own; answers with the path of a
 * program that serves `process.argv[2]` on the socket `process.argv[3]` and writes one line when it is ready.
 */
export async function compiledEngine(directory: string): Promise<string> {
  const files = await readdir(sources, { recursive: true });
  const wanted = files.filter((file) => file.endsWith('.ts') && !/\.(spec|test-support)\.ts$/.test(file));
  for (const file of wanted) {
    const { code } = await transformFile(join(sources, file), {
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      module: { type: 'es6' },
      swcrc: false,
    });
    const target = join(directory, file.replace(/\.ts$/, '.js'));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, code);
  }
  await symlink(resolve('node_modules'), join(directory, 'node_modules'));
  await writeFile(join(directory, 'package.json'), '{"type":"module"}');
  await writeFile(join(directory, 'flip.js'), FLIP);
  const program = join(directory, 'serve.js');
  await writeFile(program, SERVE);
  return program;
}

const SERVE = `
import { startMongo } from './index.js';
const [, , dataDir, socketPath] = process.argv;
try {
  const server = await startMongo({ dataDir, socketPath });
  process.once('SIGTERM', () => server.stop().then(() => process.exit(0)));
  console.log('listening on ' + server.address);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
`;

/**
 * Changes one bit of a copy of a store at a time (`process.argv`: the store's file, a directory to work in, how many
 * times, a seed, `closed` or `open` for the store meanwhile) and says what became of it: a line before, so that a crash has a name, and a line after.
 */
const FLIP = `
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { decodeDocument } from './bson/decode.js';
import { keyOf } from './bson/key-encoding.js';
import { ownerPrefix } from './storage/keys.js';
import { Store } from './storage/store.js';
import { validateCollection } from './storage/validate.js';

const [, , file, directory, times, seed, when] = process.argv;
const original = readFileSync(file);
let state = Number(seed);
const random = (below) => ((state = (state * 1103515245 + 12345) & 0x7fffffff), state % below);
const namespace = { database: 'golden', name: 'wallets' };

function changed(path, at, byte) {
  const descriptor = openSync(path, 'r+');
  writeSync(descriptor, Buffer.from([byte]), 0, 1, at);
  closeSync(descriptor);
}

async function contents(dataDir, onceOpen) {
  const store = await Store.open(dataDir, () => undefined);
  onceOpen();
  try {
    const collection = store.catalog.find(namespace);
    const served = [];
    for (let recordId = 1; recordId <= 60; recordId += 1) {
      const bytes = store.documents.read(collection, recordId);
      if (bytes !== undefined) served.push(bytes.toString('base64'));
    }
    for (let wallet = 6; wallet < 60; wallet += 1) {
      const key = Buffer.concat([ownerPrefix(collection.indexes[0].id), keyOf('wallet-' + wallet)]);
      const bytes = store.documents.read(collection, store.documents.recordOf(key) ?? 0);
      served.push(String(bytes === undefined ? undefined : decodeDocument(bytes).get('_id')));
    }
    const { errors } = await store.change(() => validateCollection(store, collection));
    return { served: JSON.stringify(served), errors };
  } finally {
    await store.close();
  }
}

async function outcome(bytes, expected, onceOpen = () => undefined) {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(join(directory, 'store'), { recursive: true });
  writeFileSync(join(directory, 'format.json'), '{"engine":"embedded-mongo","format":1}');
  writeFileSync(join(directory, 'store', 'data.mdb'), bytes);
  try {
    const found = await contents(directory, onceOpen);
    if (found.errors.length > 0) return 'named';
    return expected === undefined || found.served === expected ? found.served : 'served wrong';
  } catch (error) {
    return /damaged|rebuilt|checksum|record format/.test(error.message) ? 'named' : 'unnamed: ' + error.message;
  }
}

const expected = await outcome(original);
for (let time = 0; time < Number(times); time += 1) {
  const at = random(original.length);
  const bytes = Buffer.from(original);
  const byte = bytes[at] ^ (1 << random(8));
  if (when === 'closed') bytes[at] = byte;
  console.log('flip ' + at);
  const change = () => when === 'open' && changed(join(directory, 'store', 'data.mdb'), at, byte);
  const result = await outcome(bytes, expected, change);
  console.log(result === expected ? 'harmless' : result);
}
console.log('done');
`;
