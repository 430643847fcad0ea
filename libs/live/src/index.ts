export * from './live-command.js';
export type { Authenticator } from './live-server.js';
export * from './live.module.js';
export * from './protocol.js';
