/** `npm run dev`: the demo, compiled as you type and restarted on change. */
import { spawn } from 'node:child_process';

import { build, install, requireNode, root } from './lib.mjs';

requireNode();
await install();
await build();

const compiler = spawn(
  process.execPath,
  ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--watch', '--preserveWatchOutput'],
  {
    cwd: root,
    stdio: 'inherit',
  },
);
const program = spawn(
  process.execPath,
  [
    '--watch-path=dist/apps',
    '--watch-path=dist/libs',
    '--watch-preserve-output',
    '--enable-source-maps',
    'dist/apps/launcher/src/main.js',
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit' },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => compiler.kill());
program.on('exit', (code) => {
  compiler.kill();
  process.exit(code ?? 0);
});
