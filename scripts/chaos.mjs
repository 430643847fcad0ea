/** `npm run chaos:<name> -- <options>`: breaks the built program for minutes, and says what it lost. */
import { build, exitCode, install, requireNode } from './lib.mjs';

const [name, ...options] = process.argv.slice(2);
requireNode();
await install();
await build();
process.exit(
  await exitCode(process.execPath, ['--import', './scripts/typescript.mjs', `test/chaos/${name}.chaos.ts`, ...options]),
);
