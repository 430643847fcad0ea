export * from './live-command.js';
export * from './live.module.js';
export * from './protocol.js';
