export type * from './filter.js';
export type * from './key-value-collection.js';
export type * from './lease.js';
export * from './mongo-read-models.js';
export * from './not-caught-up.js';
export type * from './read-model.js';
export * from './read-models.js';
export * from './read-models.module.js';
