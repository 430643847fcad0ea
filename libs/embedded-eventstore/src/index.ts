export { DataDamaged, DirectoryLocked, FormatRefused } from './errors.js';
export { startEventStore, type EventStoreOptions, type EventStoreServer } from './start.js';
export type { Repair } from './storage/recovery.js';
