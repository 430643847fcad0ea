export { Public, RequirePermission } from '#http';

export * from './access.aggregates.js';
export * from './access.module.js';
export { ActorNames } from './actor-names.js';
export { AdministratorBootstrap, bootstrapAdministrator, type FirstAdministrator } from './administrator.js';
export { Authenticator } from './authenticator.js';
export { clientsProjection } from './clients.projection.js';
export * from './declared-routes.js';
export { assertSeesHall } from './hall-grant.js';
export { staffProjection } from './staff.projection.js';
