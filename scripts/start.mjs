/** `npm start`: installs what is missing, builds what is stale, and runs the whole platform in the foreground. */
import { spawn } from 'node:child_process';

import { build, install, requireNode, root } from './lib.mjs';

requireNode();
await install();
await build();
console.log('Starting …');

const launcher = spawn(
  process.execPath,
  ['--enable-source-maps', 'dist/apps/launcher/src/main.js', ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: 'inherit',
  },
);
// The terminal sends Ctrl-C to the launcher as well, which takes both for one; a supervisor signals this process alone.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => launcher.kill(signal));
launcher.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
