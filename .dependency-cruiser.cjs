/** Dependencies point one way: kernel, then the pure files of a domain, then its adapters, then the applications. */
const pure = '(\\.projection|\\.aggregate|\\.public-events)\\.ts$';

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'kernel-imports-nothing',
      severity: 'error',
      from: { path: '^libs/kernel/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^(libs|apps)/', pathNot: '^libs/kernel/' },
    },
    {
      name: 'libraries-know-no-application',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'engines-stand-alone',
      comment: 'Usable by anyone: they import nothing from the rest.',
      severity: 'error',
      from: { path: '^libs/embedded-(eventstore|mongo)/' },
      to: { path: '^(libs|apps)/', pathNot: '^libs/(embedded-eventstore|embedded-mongo)/' },
    },
    {
      name: 'event-store-in-one-place',
      severity: 'error',
      from: { pathNot: '^(libs/event-sourcing|libs/embedded-eventstore|test)/' },
      to: { path: '@eventstore/db-client' },
    },
    {
      name: 'mongodb-in-one-place',
      severity: 'error',
      from: { pathNot: '^(libs/read-models|libs/embedded-mongo|test)/' },
      to: { path: 'node_modules/mongodb/' },
    },
    {
      name: 'libraries-by-their-front-door',
      comment: 'A library is imported as #name, never by a file inside it.',
      severity: 'error',
      from: { path: '^(libs|apps)/([^/]+)/', pathNot: '\\.(spec|test-support)\\.ts$' },
      to: { path: '^libs/([^/]+)/src/(?!index\\.ts$)', pathNot: '^libs/$2/' },
    },
    {
      name: 'pure-files-know-no-framework',
      severity: 'error',
      from: {
        path: `^libs/[^/]+/src/[^/]*${pure}|^libs/(halls|machines|players|wallets)/src/(hall|machine|feed|feed-events|judge-facts|player|wallet)\\.ts$`,
      },
      to: {
        path: 'node_modules/(@nestjs|fastify|mongodb|@eventstore|socket\\.io|undici|pino)|^(fs|net|http|crypto|worker_threads|child_process)$',
      },
    },
    {
      name: 'sas-does-no-io',
      comment: 'The protocol is pure; what is served over tcp and kept on disk lies in its shells.',
      severity: 'error',
      from: { path: '^libs/sas/src/(codec|host)/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^(fs|fs/promises|net|worker_threads|child_process)$' },
    },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|data)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'],
    },
  },
};
