import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const ENGINE = 'embedded-mongo';
const FORMAT = 1;
const FORMAT_FILE = 'format.json';

/** Makes the data directory, or checks that it is one of this engine and of a format it knows. */
export function prepareDataDirectory(dataDir: string): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, FORMAT_FILE);
  if (!existsSync(path)) {
    if (existsSync(join(dataDir, 'store'))) throw new Error(`${dataDir} holds a store without its ${FORMAT_FILE}`);
    return writeDurably(dataDir, path, `${JSON.stringify({ engine: ENGINE, format: FORMAT })}\n`);
  }
  const found: unknown = JSON.parse(readFileSync(path, 'utf8'));
  const { engine, format } = typeof found === 'object' && found !== null ? (found as Record<string, unknown>) : {};
  if (engine !== ENGINE) throw new Error(`${dataDir} is not a data directory of ${ENGINE} (see ${path})`);
  if (format !== FORMAT) {
    throw new Error(`${dataDir} has format ${String(format)}; this version of ${ENGINE} reads format ${FORMAT}`);
  }
}

function writeDurably(dataDir: string, path: string, text: string): void {
  const temporary = `${path}.new`;
  const file = openSync(temporary, 'w', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
  const directory = openSync(dataDir, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
