/** `npm run bench:<name> -- <options>`: one benchmark against the built program, with its figures at the end. */
import { build, exitCode, install, requireNode } from './lib.mjs';

const [name, ...options] = process.argv.slice(2);
requireNode();
await install();
await build();
process.exit(
  await exitCode(process.execPath, ['--import', './scripts/typescript.mjs', `test/bench/${name}.bench.ts`, ...options]),
);
