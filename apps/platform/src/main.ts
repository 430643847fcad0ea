import { randomUUID } from 'node:crypto';

import { platformSettings, readSettings, SettingsInvalid, variablesOf } from '#config';

import { startPlatform } from './platform.js';

/** Most that an orderly stop may take. */
const stopPatienceMs = 2_800;

async function main(): Promise<void> {
  const settings = readSettings(platformSettings, variablesOf(process.env));
  const platform = await startPlatform(settings, {
    newStoreId: randomUUID(),
    firstPassword: process.env.FIRST_ADMINISTRATOR_PASSWORD,
  });
  const { firstAdministrator } = platform;
  if (firstAdministrator && process.send) process.send({ firstAdministrator });
  else if (firstAdministrator) {
    console.log(
      `The first administrator, shown this once: login ${firstAdministrator.login}, one-time password ${firstAdministrator.oneTimePassword}`,
    );
  }
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), stopPatienceMs).unref();
    void platform.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

main().catch((error: unknown) => {
  console.error(error instanceof SettingsInvalid ? error.message : error);
  process.exit(1);
});
