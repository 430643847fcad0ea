export * from './balances.projection.js';
export * from './wallet.js';
export * from './wallet-entries.projection.js';
export * from './wallets.aggregate.js';
export * from './wallets.commands.js';
export * from './wallets.module.js';
export * from './wallets.public-events.js';
