import type { Projection } from '#kernel';

import type { ApiCallsRecorded } from './call-events.js';

/** One stream of recorded calls: of one process, on one day. */
export interface CallStreamDocument {
  /** UTC. */
  readonly date: string;
  readonly node: string;
  readonly calls: number;
  readonly lastAt: string;
}

const dateLength = 10;

/** Where calls are found: the streams, not the calls. Searching reads the streams themselves, so recording stays cheap. */
export const callStreams: Projection<CallStreamDocument, ApiCallsRecorded> = {
  name: 'api-call-streams',
  version: 1,
  handles: ['audit.api-calls-recorded.v1'],
  idOf: ({ stream }) => stream,
  evolve: (doc, { stream, data, metadata }) => ({
    date: stream.slice(-dateLength),
    node: data.node,
    calls: (doc?.calls ?? 0) + data.calls.length,
    lastAt: metadata.occurredAt,
  }),
  indexes: [{ date: 1 }],
};
