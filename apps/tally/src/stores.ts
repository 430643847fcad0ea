import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { logSigner } from '#audit';
import { engineAddresses } from '#config';
import { connectEventStore, type EventStore, storeIdentified } from '#event-sourcing';
import { connectReadModels, type ReadModels } from '#read-models';
import { createSecrets, loadMasterKey } from '#secrets';
import { type NoteVerifier, noteVerifier } from '#tamper-log';

import { type CommandLine, textOption } from './command.js';
import { exitCodes, Stopped, usage } from './exit-codes.js';

/** Both stores, reached without the platform. */
export interface Stores {
  readonly store: EventStore;
  readonly readModels: ReadModels;
  readonly storeId: string;
  close(): Promise<void>;
}

/** Options of commands that read the stores themselves. */
export const storeOptions = { data: { type: 'string' }, key: { type: 'string' } } as const;

export const dataDirOf = (line: CommandLine): string => textOption(line, 'data') ?? line.env.DATA_DIR ?? './data';

/** Connects to the stores that the variables name, or to the engines of a running `npm start`. @throws {Stopped} */
export async function connectStores(line: CommandLine): Promise<Stores> {
  const { EVENTSTORE_URL, MONGODB_URL } = line.env;
  if ((EVENTSTORE_URL === undefined) !== (MONGODB_URL === undefined))
    throw usage('Set EVENTSTORE_URL and MONGODB_URL both, or neither.');
  const engines = engineAddresses(dataDirOf(line));
  const url = EVENTSTORE_URL ?? engines.EVENTSTORE_URL;
  if (EVENTSTORE_URL === undefined && !existsSync(url.slice('unix:'.length)))
    throw new Stopped(
      `Tallyhall does not run on ${dataDirOf(line)}: start it, name its folder with --data, or set EVENTSTORE_URL and MONGODB_URL.`,
      exitCodes.unavailable,
    );
  const store = connectEventStore({ url });
  try {
    const storeId = await storeIdOf(store);
    const readModels = await connectReadModels({
      url: MONGODB_URL ?? engines.MONGODB_URL,
      database: line.env.MONGODB_DATABASE ?? 'tallyhall',
      projections: [],
      storeId: () => Promise.resolve(storeId),
    });
    const close = async (): Promise<void> => void (await Promise.all([store.close(), readModels.close()]));
    return { store, readModels, storeId, close };
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function storeIdOf(store: EventStore): Promise<string> {
  for await (const { data } of store.readStream('platform-store', { from: 0n, maxCount: 1 }))
    return storeIdentified.schema.parse(data).storeId;
  throw new Stopped('The event store is not one of Tallyhall, or it is empty.', exitCodes.unavailable);
}

/** The key that checkpoints must be signed with: given, or derived from the master key. Never believed from the log itself. */
export async function verifierOf(line: CommandLine, storeId: string): Promise<NoteVerifier> {
  const given = textOption(line, 'key');
  if (given !== undefined) return noteVerifier(given.trim());
  const dataDir = dataDirOf(line);
  const value = line.env.MASTER_KEY;
  if (value === undefined && !existsSync(join(dataDir, 'master.key')))
    throw usage(`Name the key of the log with --key, or set MASTER_KEY: there is no ${join(dataDir, 'master.key')}.`);
  return logSigner(createSecrets(await loadMasterKey({ value, dataDir })), storeId);
}
