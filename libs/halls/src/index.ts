export * from './hall.js';
export * from './hall-directory.js';
export * from './halls.aggregate.js';
export * from './halls.module.js';
export * from './halls.projection.js';
