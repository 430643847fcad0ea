/** Three tiers by suffix: `*.spec.ts` is pure and fast, `*.int.spec.ts` needs the engines, `test/` holds the rest. */
const swc = [
  '@swc/jest',
  {
    jsc: {
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
      target: 'es2022',
    },
    module: { type: 'es6' },
    sourceMaps: 'inline',
  },
];

const tier = (displayName, testMatch, testPathIgnorePatterns = []) => ({
  displayName,
  testMatch,
  testPathIgnorePatterns: ['/node_modules/', '/dist/', ...testPathIgnorePatterns],
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.ts$': swc },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/data/'],
});

export default {
  projects: [
    tier('unit', ['<rootDir>/{apps,libs,test}/**/*.spec.ts'], ['\\.int\\.spec\\.ts$']),
    tier('integration', ['<rootDir>/{apps,libs,test}/**/*.int.spec.ts']),
    tier('e2e', ['<rootDir>/test/{e2e,contract,chaos}/**/*.e2e.ts']),
    tier('browser', ['<rootDir>/test/browser/**/*.browser.ts']),
  ],
  testTimeout: 60_000,
};
