import { runCodec } from './sas/codec.js';
import { runHour } from './sas/noisy-hour.js';
import { runLines } from './sas/lines.js';
import { runCrashes } from './sas/crashes.js';

/** `npm run bench:sas [-- codec lines hour crashes]`: all of them, or those that are named. */
const parts = { codec: runCodec, lines: runLines, hour: runHour, crashes: runCrashes };
const named = process.argv.slice(2);
for (const [name, run] of Object.entries(parts)) {
  if (named.length > 0 && !named.includes(name)) continue;
  for (const line of await run()) console.log(`${name.padEnd(8)} ${line}`);
}
process.exit(0);
