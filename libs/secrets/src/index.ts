export * from './master-key.js';
export * from './secrets.js';
