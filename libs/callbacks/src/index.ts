export * from './callback.js';
export * from './callbacks.aggregate.js';
export * from './callbacks.module.js';
export * from './callbacks.projection.js';
