import type { Logger } from 'pino';

/** What the gateway's parts log with: pino, or a list in specs. */
export type Log = Pick<Logger, 'info' | 'warn' | 'error'>;
