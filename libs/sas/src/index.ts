export * from './codec/index.js';
export * from './transport/symbols.js';
