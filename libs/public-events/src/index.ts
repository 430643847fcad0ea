export * from './public-catalogue.js';
export * from './reference-page.js';
