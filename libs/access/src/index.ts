export * from './access.aggregates.js';
export * from './access.module.js';
export { ActorNames } from './actor-names.js';
export { bootstrapAdministrator, type FirstAdministrator } from './administrator.js';
export { Authenticator } from './authenticator.js';
export { clientsProjection } from './clients.projection.js';
export * from './declared-routes.js';
export { staffProjection } from './staff.projection.js';
