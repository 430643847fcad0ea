/** `npm run <application> -- <options>`: one application on its own, in the foreground. */
import { spawn } from 'node:child_process';

import { build, install, requireNode, root } from './lib.mjs';

const [application, ...options] = process.argv.slice(2);
requireNode();
await install();
await build();

const child = spawn(process.execPath, ['--enable-source-maps', `dist/apps/${application}/src/main.js`, ...options], {
  cwd: root,
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
