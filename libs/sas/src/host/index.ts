export { stepLine, wakeAt, type LineStep } from './line.js';
export { machineMemorySchema, noMemory, type MachineMemory, type PendingGame } from './memory.js';
export type { FactDraft, JournalUrgency, LineEffect, LineInput } from './messages.js';
export * from './profile.js';
export * from './settings.js';
export { startLine, type LineState } from './state.js';
