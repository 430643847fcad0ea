import { startAccessOffice } from '../support/access-office.js';
import { fuzzApi, unlimitedRates } from '../support/fuzz-api.js';
import { numbersFrom } from '../support/options.js';

/** `--runs` random calls; `--seed` finds the same ones again. */
const options = numbersFrom({ runs: 5_000, seed: (Date.now() % 1_000_000_000) + 1 });

console.log(`fuzz:api --runs ${options.runs} --seed ${options.seed}`);
const office = await startAccessOffice(1, { RATE_LIMITS: unlimitedRates, ROLES: 'api,projector,live' });
try {
  const { calls, refused, routes } = await fuzzApi(office, options);
  console.log(`${calls} calls of ${routes} routes, ${refused} of them refused: all as declared.`);
} finally {
  await office.stop();
}
