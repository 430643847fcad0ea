import type { ApiClient } from '../api/client.js';
import type { AuditRecord, CallPage, LogState, ProvenPage } from './audit-types.js';
import type { CallFilters } from './call-filters.js';
import { queryOf } from './call-filters.js';

/** Events and calls that a page shows at first; more on demand. */
const pageSize = 50;
const root = '/api/v1/audit';

export const readLog = async (api: ApiClient): Promise<LogState> => (await api.get<LogState>(`${root}/log`)).body;

/** A stream from a revision back, or from its end. */
export async function readStream(api: ApiClient, stream: string, from: string | null): Promise<ProvenPage> {
  const query = `direction=backwards&proofs=true&limit=${pageSize}${from === null ? '' : `&from=${from}`}`;
  return (await api.get<ProvenPage>(`${root}/streams/${encodeURIComponent(stream)}?${query}`)).body;
}

export async function readCalls(api: ApiClient, filters: CallFilters, cursor: string | null): Promise<CallPage> {
  const query = queryOf(filters, { limit: `${pageSize}`, ...(cursor === null ? {} : { cursor }) });
  return (await api.get<CallPage>(`${root}/calls?${query}`)).body;
}

export const exportPath = (filters: CallFilters, format: 'csv' | 'jsonl'): string =>
  `${root}/calls/export?${queryOf(filters, { format })}`;

export const evidencePath = `${root}/evidence`;

export async function readEffects(api: ApiClient, position: string): Promise<readonly AuditRecord[]> {
  return (await api.get<{ items: AuditRecord[] }>(`${root}/calls/effects?position=${position}`)).body.items;
}

/** Base64 hashes by which the tree of one size is seen to begin with that of a smaller one. */
export async function readConsistency(api: ApiClient, from: number, to: number): Promise<readonly string[]> {
  return (await api.get<{ hashes: string[] }>(`${root}/proofs/consistency?from=${from}&to=${to}`)).body.hashes;
}
