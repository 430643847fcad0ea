#!/usr/bin/env node
/** `npx tally …`: the command line for operators and regulators. Builds the program where that was never done. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { build, exitCode, install, requireNode, root } from './lib.mjs';

requireNode();
const main = join(root, 'dist/apps/tally/src/main.js');
if (!existsSync(main)) {
  await install();
  await build();
}
process.exit(
  await exitCode(process.execPath, ['--enable-source-maps', main, ...process.argv.slice(2)], { cwd: process.cwd() }),
);
