/** What the scripts share: installing what is missing, building what is stale, running a command in the foreground. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const oldestNode = [20, 19];

/** Stops with one line on a Node that is too old. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [oldestMajor, oldestMinor] = oldestNode;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  console.error(`Tallyhall needs Node ${oldestNode.join('.')} or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

/** Runs a command and resolves when it ends well; otherwise ends this process with its exit code. */
export async function run(command, args, options = {}) {
  const code = await exitCode(command, args, options);
  if (code !== 0) process.exit(code);
}

export function exitCode(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options });
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? (signal ? 1 : 0)));
  });
}

/** Installs from the lock file when that was never done, or when the lock file changed since. */
export async function install() {
  const installed = join(root, 'node_modules/.package-lock.json');
  if (existsSync(installed) && modified(installed) >= modified(join(root, 'package-lock.json'))) return;
  console.log('Installing what is missing (once, from the lock file) …');
  await run('npm', ['ci', '--no-audit', '--no-fund', '--include=dev', '--loglevel=error'], {
    shell: process.platform === 'win32',
  });
}

const stamp = join(root, 'dist/.built');

/** Compiles the program and the panel when a source file is newer than the last build. */
export async function build({ force = false } = {}) {
  const built = existsSync(stamp) ? modified(stamp) : 0;
  const stale = (folder, extra = []) =>
    newest(join(root, folder)) > built || extra.some((file) => modified(join(root, file)) > built);
  const config = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];
  if (!force && built > 0 && !stale('apps', config) && !stale('libs')) return;
  console.log('Compiling the program (some 20 s) …');
  await run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json']);
  if (
    force ||
    !existsSync(join(root, 'dist/apps/panel/index.html')) ||
    stale('apps/panel') ||
    ['canonical-json', 'kernel'].some((name) => stale(`libs/${name}`))
  ) {
    console.log('Building the panel …');
    await run(process.execPath, ['node_modules/vite/bin/vite.js', 'build', 'apps/panel', '--logLevel', 'warn']);
  }
  const { writeFileSync } = await import('node:fs');
  writeFileSync(stamp, `${new Date().toISOString()}\n`);
}

export const version = () => JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;

const modified = (file) => statSync(file).mtimeMs;

function newest(folder) {
  let time = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    time = Math.max(time, entry.isDirectory() ? newest(path) : modified(path));
  }
  return time;
}
