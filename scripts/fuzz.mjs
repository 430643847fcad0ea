/** `npm run fuzz:api -- <options>`: random calls against the built program, by its own OpenAPI document. */
import { build, exitCode, install, requireNode } from './lib.mjs';

requireNode();
await install();
await build();
const options = process.argv.slice(2);
process.exit(
  await exitCode(process.execPath, ['--import', './scripts/typescript.mjs', 'test/fuzz/api.fuzz.ts', ...options]),
);
