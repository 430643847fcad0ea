export { DataDamaged, DirectoryLocked, FormatRefused } from './errors.js';
export { collectLessOften } from './heap.js';
export {
  backupEventStore,
  startEventStore,
  verifyEventStore,
  type EventStoreOptions,
  type EventStoreServer,
} from './start.js';
export type { BackupReport } from './storage/backup.js';
export type { Repair } from './storage/recovery.js';
export type { ScavengeReport } from './store/scavenge-work.js';
export type { VerifyReport } from './storage/verify.js';
