export * from './build-pack.js';
export * from './pack.js';
export * from './unzip.js';
export * from './verify-pack.js';
export * from './zip.js';
