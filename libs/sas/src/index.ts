export * from './codec/index.js';
export * from './machine/index.js';
export * from './transport/symbols.js';
export * from './host/index.js';
