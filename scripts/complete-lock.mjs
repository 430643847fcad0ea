/**
 * Completes package-lock.json after `npm install`: where a registry does not carry the packages of every system, npm
 * leaves them out of the lock file, and `npm ci` then refuses it. Their versions stand in the packages that ask for them.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { root } from './lib.mjs';

const systems = ['darwin', 'win32', 'linux', 'android', 'freebsd', 'openbsd', 'netbsd', 'sunos', 'aix', 'openharmony'];
const processors = ['arm64', 'x64', 'ia32', 'arm', 'ppc64', 's390x', 'riscv64', 'loong64', 'wasm32', 'mips64el'];
const exactVersion = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;

const file = join(root, 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));
const { packages } = lock;

/** Where npm would look for a dependency of a package: in its own folder, and then upwards. */
function isLocked(parent, name) {
  for (let folder = parent; ; folder = folder.slice(0, folder.lastIndexOf('/node_modules/'))) {
    if (packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`]) return true;
    if (!folder.includes('/node_modules/')) return Boolean(packages[`node_modules/${name}`]);
  }
}

function entry(name, version, parent) {
  const words = name
    .split(/[-/.]/)
    .map((word) =>
      word === 'gnueabihf' || word === 'arm7'
        ? 'arm'
        : word === 'ppc64le' || word === 'ppc64el'
          ? 'ppc64'
          : word === 'windows'
            ? 'win32'
            : word,
    );
  const os = systems.filter((system) => words.includes(system));
  const cpu = processors.filter((processor) => words.includes(processor));
  return {
    version,
    ...(cpu.length > 0 ? { cpu: [cpu[0]] } : {}),
    ...(parent.dev ? { dev: true } : {}),
    optional: true,
    ...(os.length > 0 ? { os: [os[0]] } : {}),
  };
}

let added = 0;
for (const [path, parent] of Object.entries(packages)) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    if (isLocked(path, name)) continue;
    if (!exactVersion.test(version)) {
      console.error(`${path} asks for ${name} ${version}: not an exact version, left out`);
      continue;
    }
    packages[`node_modules/${name}`] = entry(name, version, parent);
    added += 1;
  }
}
const sorted = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify({ ...lock, packages: sorted }, null, 2)}\n`);
console.log(`${added} packages of other systems were added to the lock file.`);
