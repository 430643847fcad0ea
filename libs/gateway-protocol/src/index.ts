export * from './fact.js';
export * from './intake.js';
export * from './machine-command.js';
