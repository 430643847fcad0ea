import { assertListensSafely, readSettings, platformSettings, SettingsInvalid, variablesOf } from '#config';

import { launch } from './launch.js';
import { launcherOptions, usage } from './options.js';
import { CannotStart } from './runtime-folder.js';

/** A second signal within this time is the same Ctrl-C, heard twice. */
const sameSignalMs = 1_000;

async function main(): Promise<void> {
  const options = launcherOptions(process.argv.slice(2));
  if (options.help) {
    console.log(usage);
    return;
  }
  const settings = readSettings(platformSettings, variablesOf(process.env));
  assertListensSafely(settings);
  const stopping = new AbortController();
  let askedAt = 0;
  const ask = (): void => {
    const again = askedAt > 0 && Date.now() - askedAt > sameSignalMs;
    askedAt = askedAt || Date.now();
    if (again) process.exit(1);
    stopping.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ask);
  process.exitCode = await launch(options, settings, stopping);
  process.exit();
}

main().catch((error: unknown) => {
  const expected = error instanceof CannotStart || error instanceof SettingsInvalid;
  console.error(expected ? error.message : error);
  process.exit(1);
});
