import { join } from 'node:path';

import { collectLessOften, startEventStore } from '#embedded-eventstore';
import { startMongo } from '#embedded-mongo';

/**
 * Both embedded engines in one process, as the launcher runs them:
 * `--data DIR` and either `--sockets DIR` (Unix sockets `es.sock` and `mongo.sock` in it: the mongodb driver knows a socket by its ending) or `--ports ES,MONGO` on loopback.
 */
const [data, sockets, ports] = ['--data', '--sockets', '--ports'].map((name) => {
  const index = process.argv.indexOf(name);
  return index < 0 ? undefined : process.argv[index + 1];
});
if (!data || !(sockets ?? ports))
  throw new Error('usage: engines --data DIR (--sockets DIR | --ports EVENTSTORE,MONGO)');

collectLessOften();
const [eventStorePort = 0, mongoPort = 0] = (ports ?? '').split(',').map(Number);
const eventStore = await startEventStore({
  dataDir: join(data, 'eventstore'),
  ...(sockets === undefined ? { port: eventStorePort } : { socketPath: join(sockets, 'es.sock') }),
});
const mongo = await startMongo({
  dataDir: join(data, 'mongo'),
  ...(sockets === undefined ? { port: mongoPort } : { socketPath: join(sockets, 'mongo.sock') }),
});

let stopping = false;
const stop = async (code: number): Promise<void> => {
  if (stopping) return;
  stopping = true;
  await Promise.allSettled([eventStore.stop(), mongo.stop()]);
  process.exit(code);
};
process.on('SIGTERM', () => void stop(0));
process.on('SIGINT', () => void stop(0));
void Promise.race([eventStore.failed, mongo.failed]).then((reason) => {
  console.error(`an engine stopped: ${reason.message}`);
  return stop(1);
});
process.send?.({ ready: true, eventStore: eventStore.address, mongo: mongo.uri });
console.log(`listening on ${eventStore.address} and ${mongo.uri}`);
