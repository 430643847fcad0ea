import { setPriority } from 'node:os';

import { Pool } from 'undici';

import { closedLoop } from './load.js';

/**
 * `url token connections seconds`: asks as fast as it can, and tells whoever started it what it was answered. It has what the others leave of
 * the processor: a client is on a machine of its own, and only its calls are to be felt.
 */
setPriority(19);
const [url = '', token = '', connections = '1', seconds = '1'] = process.argv.slice(2);
const { origin, pathname: path } = new URL(url);
const pool = new Pool(origin, { connections: Number(connections), pipelining: 1 });
const counted = { answered: 0, refused: 0 };

await closedLoop(
  async () => {
    const { statusCode, body } = await pool.request({
      method: 'GET',
      path,
      headers: { authorization: `Bearer ${token}` },
    });
    await body.dump();
    counted.answered += 1;
    if (statusCode === 429) counted.refused += 1;
  },
  Number(connections),
  Number(seconds),
);
await pool.close();
process.send?.(counted);
process.disconnect();
