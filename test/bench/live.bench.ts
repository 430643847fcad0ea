import { io, type Socket } from 'socket.io-client';

import { openLoop } from './load.js';
import { describeMachine } from './machine.js';
import { numbersFrom } from '../support/options.js';
import { type BenchPlatform, startPlatform } from './platform.js';
import { percentile, rounded } from './statistics.js';
import { WalletCommands } from './wallet-commands.js';

/** From the acknowledgement of a command over REST to its push on a socket: `--rate` a second, `--seconds`, `--wallets`. */
const options = numbersFrom({ rate: 500, seconds: 30, wallets: 500 });
const warmUpSeconds = 5;

/** When something happened to an entry, on this process's clock, by entry id. */
type Moments = Map<string, number>;

/** A public event's id is that of the stored event with the public type behind it. */
const entryOf = (publicId: string): string => publicId.split(':', 1)[0] ?? '';

async function subscribe({ url, token, hallId }: BenchPlatform, pushed: Moments): Promise<Socket> {
  const socket = io(`${url}/live`, { auth: { token }, transports: ['websocket'], reconnection: false });
  socket.on('event', ({ id }: { id: string }) => pushed.set(entryOf(id), performance.now()));
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('connect_error', reject));
  const answer = (await socket.emitWithAck('subscribe', { topic: 'wallets', hallId })) as { ok: boolean };
  if (!answer.ok) throw new Error(`the subscription was refused: ${JSON.stringify(answer)}`);
  return socket;
}

function report(acknowledged: Moments, pushed: Moments): void {
  const delaysMs = [...acknowledged].flatMap(([id, acknowledgedMs]) => {
    const pushedMs = pushed.get(id);
    return pushedMs === undefined ? [] : [Math.max(0, pushedMs - acknowledgedMs)];
  });
  const at = (share: number): string => `${rounded(percentile(delaysMs, share), 1)} ms`;
  console.log(`${acknowledged.size} commands acknowledged, ${delaysMs.length} of them pushed`);
  console.log(`acknowledgement to push: p50 ${at(0.5)}, p99 ${at(0.99)}, longest ${at(1)} (aim: p99 under 60 ms)`);
  console.log(
    `pushed before its answer was read: ${rounded((100 * delaysMs.filter((ms) => ms === 0).length) / delaysMs.length)} %`,
  );
}

async function measure(platform: BenchPlatform): Promise<void> {
  const commands = new WalletCommands(platform.url, platform.token, platform.playerIds);
  await commands.fund();
  const pushed: Moments = new Map();
  const acknowledged: Moments = new Map();
  const socket = await subscribe(platform, pushed);
  await openLoop(() => commands.send(), options.rate, warmUpSeconds);
  const latenciesMs = await openLoop(
    async () => {
      const { entryId } = await commands.send();
      acknowledged.set(entryId, performance.now());
    },
    options.rate,
    options.seconds,
  );
  await platform.drain();
  report(acknowledged, pushed);
  console.log(
    `the commands themselves: p50 ${rounded(percentile(latenciesMs, 0.5), 1)} ms, p99 ${rounded(percentile(latenciesMs, 0.99), 1)} ms`,
  );
  socket.disconnect();
  await commands.close();
}

console.log(`bench:live at ${options.rate} commands/s on ${describeMachine()}`);
const platform = await startPlatform(options.wallets);
try {
  await measure(platform);
} finally {
  await platform.stop();
}
