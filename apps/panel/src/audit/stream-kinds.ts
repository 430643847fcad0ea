/** Whose history can be looked at, and how its stream is called. */
export interface StreamKind {
  readonly kind: string;
  readonly name: string;
  /** What has to be said: nothing, a machine, a hall, or an id. */
  readonly asks: 'nothing' | 'machine' | 'machine-day' | 'hall' | 'id' | 'stream';
  readonly streamOf: (id: string, date: string) => string;
}

const byId = (kind: string, name: string): StreamKind => ({
  kind,
  name,
  asks: 'id',
  streamOf: (id) => `${kind}-${id}`,
});
const fixed = (stream: string, name: string): StreamKind => ({
  kind: stream,
  name,
  asks: 'nothing',
  streamOf: () => stream,
});

export const streamKinds: readonly StreamKind[] = [
  { kind: 'machine', name: 'Machine: decisions', asks: 'machine', streamOf: (id) => `machine-${id}` },
  { kind: 'feed', name: 'Machine: a gaming day', asks: 'machine-day', streamOf: (id, date) => `feed-${id}-${date}` },
  { kind: 'hall', name: 'Hall', asks: 'hall', streamOf: (id) => `hall-${id}` },
  byId('player', 'Player'),
  byId('wallet', 'Wallet'),
  byId('transfer', 'Transfer'),
  byId('client', 'Client'),
  byId('staff', 'Member of staff'),
  byId('callback', 'Callback'),
  fixed('audit-checkpoints', 'Checkpoints'),
  fixed('audit-log-checks', 'Checks of the log'),
  { kind: 'stream', name: 'Stream by its name', asks: 'stream', streamOf: (name) => name },
];
