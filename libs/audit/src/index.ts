export type * from './actor-names.js';
export type * from './audit-record.js';
export * from './audit.module.js';
