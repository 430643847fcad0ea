export * from './engine-addresses.js';
export * from './listening.js';
export * from './platform-settings.js';
export * from './settings.js';
