/** `npm test`: installs what is missing, builds what is stale (the end-to-end tests run the built program), and tests. */
import { build, exitCode, install, requireNode } from './lib.mjs';

requireNode();
await install();
await build();

const given = process.argv.slice(2);
const chosen = given.some((argument) => argument.startsWith('--selectProjects'));
const tiers = chosen ? [] : ['--selectProjects', 'unit', 'integration', 'e2e'];
const jest = ['--experimental-vm-modules', '--no-warnings=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];
// The tiers come last: jest would take a path that follows them for one more of them.
process.exit(await exitCode(process.execPath, [...jest, ...given, ...tiers]));
