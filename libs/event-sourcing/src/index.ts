export * from './event-store.js';
export type * from './feed.js';
export type * from './command.js';
