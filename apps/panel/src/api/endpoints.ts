import type { Answer, ApiClient, RequestOptions } from './client.js';
import type {
  AlarmRow,
  GamesAnswer,
  Hall,
  HandpayRow,
  HistoryItem,
  Machine,
  MeterRow,
  Page,
  PendingCommand,
  SnapshotRow,
  TransferRow,
} from './types.js';

/** Items asked for at once. */
const listPageSize = 500;
/** Pages read of one list: 10 000 machines are more than any hall has. */
export const maxListPages = 20;
const historyPageSize = 50;

/** A whole list, and the position from which live events complete it. */
export interface Listing<Item> {
  readonly items: readonly Item[];
  /** The oldest of the pages' positions: events after it may or may not be in the items already. */
  readonly position: bigint | undefined;
}

const root = '/api/v1';
const segment = encodeURIComponent;

export const listHalls = (api: ApiClient, options?: RequestOptions): Promise<Listing<Hall>> =>
  readAll(api, `${root}/halls?limit=${listPageSize}`, options);

export const readHall = (api: ApiClient, hallId: string, options?: RequestOptions): Promise<Answer<Hall>> =>
  api.get(`${root}/halls/${segment(hallId)}`, options);

export const listMachines = (api: ApiClient, hallId: string, options?: RequestOptions): Promise<Listing<Machine>> =>
  readAll(api, `${root}/machines?hallId=${segment(hallId)}&limit=${listPageSize}`, options);

export const readMachine = (api: ApiClient, machineId: string, options?: RequestOptions): Promise<Answer<Machine>> =>
  api.get(`${root}/machines/${segment(machineId)}`, options);

export const readHistory = (
  api: ApiClient,
  machineId: string,
  cursor: string | null,
  options?: RequestOptions,
): Promise<Answer<Page<HistoryItem>>> =>
  api.get(
    `${root}/machines/${segment(machineId)}/history?limit=${historyPageSize}${cursor === null ? '' : `&cursor=${segment(cursor)}`}`,
    options,
  );

/** Rows that the machine's books show; the API has all of them. */
const bookRows = 20;

export const readMeters = (api: ApiClient, machineId: string): Promise<Answer<{ items: MeterRow[] }>> =>
  api.get(`${root}/machines/${segment(machineId)}/meters`);

export const readGames = (api: ApiClient, machineId: string): Promise<Answer<GamesAnswer>> =>
  api.get(`${root}/machines/${segment(machineId)}/games`);

export const readSnapshots = (api: ApiClient, machineId: string): Promise<Answer<Page<SnapshotRow>>> =>
  api.get(`${root}/machines/${segment(machineId)}/snapshots?limit=${bookRows}`);

export const readHandpays = (api: ApiClient, machineId: string): Promise<Answer<{ items: HandpayRow[] }>> =>
  api.get(`${root}/machines/${segment(machineId)}/handpays`);

export const readAlarms = (api: ApiClient, machineId: string): Promise<Answer<{ items: AlarmRow[] }>> =>
  api.get(`${root}/machines/${segment(machineId)}/alarms`);

export const readTransfers = (api: ApiClient, machineId: string): Promise<Answer<Page<TransferRow>>> =>
  api.get(`${root}/transfers?machineId=${segment(machineId)}&limit=${bookRows}`);

/** Asks the machine to lock or unlock its play; the machine's own answer comes as an event. */
export const requestPlayLock = (
  api: ApiClient,
  machineId: string,
  action: 'lock' | 'unlock',
  reason: string | undefined,
  idempotencyKey: string,
): Promise<Answer<PendingCommand>> =>
  api.post(`${root}/machines/${segment(machineId)}/${action}`, reason ? { reason } : {}, idempotencyKey);

async function readAll<Item>(api: ApiClient, path: string, options?: RequestOptions): Promise<Listing<Item>> {
  const items: Item[] = [];
  let position: bigint | undefined;
  let cursor: string | null = null;
  for (let page = 0; page < maxListPages; page += 1) {
    const answer: Answer<Page<Item>> = await api.get(
      cursor === null ? path : `${path}&cursor=${segment(cursor)}`,
      options,
    );
    items.push(...answer.body.items);
    position = oldest(position, answer.position);
    cursor = answer.body.next;
    if (cursor === null) break;
  }
  return { items, position };
}

const oldest = (a: bigint | undefined, b: bigint | undefined): bigint | undefined =>
  a === undefined || (b !== undefined && b < a) ? b : a;
