import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { SettingsInvalid } from '#config';

/** The format of what the platform keeps in its data directory beside the engines. */
const newestFormat = 1;

/**
 * Binds a data directory to the event store that it was first used with.
 * @throws {SettingsInvalid} it belongs to another store, or was written by a newer program
 */
export function bindDataDirectory(dataDir: string, storeId: string): void {
  const file = join(dataDir, 'tallyhall.json');
  if (!existsSync(file)) {
    writeFileSync(`${file}.new`, `${JSON.stringify({ format: newestFormat, storeId })}\n`, {
      mode: 0o600,
      flush: true,
    });
    renameSync(`${file}.new`, file);
    return;
  }
  const bound = JSON.parse(readFileSync(file, 'utf8')) as { format?: number; storeId?: string };
  if ((bound.format ?? 0) > newestFormat) {
    throw new SettingsInvalid([
      `DATA_DIR ${dataDir} has format ${bound.format}; this program knows up to ${newestFormat}`,
    ]);
  }
  if (bound.storeId !== storeId) {
    throw new SettingsInvalid([
      `DATA_DIR ${dataDir} belongs to event store ${bound.storeId}, but EVENTSTORE_URL is store ${storeId}`,
    ]);
  }
}
