import type { Projection } from '#kernel';

import type { ApiCallsRecorded } from './call-events.js';

/** One stream of recorded calls: of one process, on one day. */
export interface CallStreamDocument {
  /** UTC. */
  readonly date: string;
  readonly node: string;
}

const dateLength = 10;

/** Where calls are found: the streams, not the calls. Searching reads the streams themselves, and a stream's first event says all: recording stays cheap. */
export const callStreams: Projection<CallStreamDocument, ApiCallsRecorded> = {
  name: 'api-call-streams',
  version: 2,
  handles: ['audit.api-calls-recorded.v1'],
  idOf: ({ stream }) => stream,
  evolve: (doc, { stream, data }) => doc ?? { date: stream.slice(-dateLength), node: data.node },
  indexes: [{ date: 1 }],
};
