export type * from './actor-names.js';
export type * from './audit-record.js';
export * from './audit.module.js';
export type * from './evidence/subjects.js';
export * from './log/last-checkpoint.js';
export * from './log/log-collections.js';
export * from './log/log-events.js';
export * from './log/store-pages.js';
