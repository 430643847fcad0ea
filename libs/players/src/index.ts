export * from './player.js';
export * from './players.aggregate.js';
export * from './players.commands.js';
export * from './players.module.js';
export * from './players.projection.js';
export * from './players.public-events.js';
