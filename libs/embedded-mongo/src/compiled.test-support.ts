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
