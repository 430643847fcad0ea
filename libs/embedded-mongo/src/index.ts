export type { MongoOptions, MongoServer } from './server.js';
export { startMongo } from './server.js';
