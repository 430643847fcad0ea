export type { LiveAccess } from './live-access.js';
export * from './live-command.js';
export * from './live.module.js';
export * from './protocol.js';
export { connectRoute } from './live-session.js';
