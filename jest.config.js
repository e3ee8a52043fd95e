const semver = require('semver');
const { engines } = require('./package.json');
const esModules = require('./scripts/jest-es-modules');

if (!semver.satisfies(process.version, engines.node))
  throw new Error(
    `Node.js ${engines.node} is needed, this is ${process.version}: run scripts/setup, and jest by npm or npx`
  );

// One run of jest covers every workspace; the plugin brings the configuration of Grafana's scaffold.
const swc = { '^.+\\.[jt]s$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' } }] };
const node = (name, folders = ['src', 'test']) => ({
  displayName: name,
  rootDir: `${__dirname}/${name}`,
  roots: folders.map((folder) => `<rootDir>/${folder}`),
  testEnvironment: `${__dirname}/scripts/jest-environment-node.js`,
  testMatch: ['**/*.test.ts'],
  transform: swc,
  transformIgnorePatterns: [`/node_modules/(?!(${esModules.join('|')})/)`],
  setupFilesAfterEnv: [`${__dirname}/scripts/jest-fuzz.js`],
  // the sources, not what was built last
  moduleNameMapper: {
    '^@onehertz/(contract|exporter|demo|provisioning)$': `${__dirname}/$1/src/index.ts`,
    '^@onehertz/preview/live/(.*)$': `${__dirname}/preview/server/live/$1.ts`,
  },
});

module.exports = {
  projects: [
    node('contract'),
    node('exporter'),
    node('demo'),
    node('provisioning'),
    node('preview', ['server', 'test']),
    node('e2e', ['src']),
    node('bench'),
    node('soak'),
    '<rootDir>/grafana-plugin/jest.config.js',
  ],
  testTimeout: 30_000,
  // two cores, and every file starts servers of its own
  maxWorkers: 2,
  // tests that run side by side (`it.concurrent`) mostly wait: all of a suite begin at once
  maxConcurrency: 50,
  testSequencer: '<rootDir>/scripts/jest-sequencer.js',
  reporters: ['default', '<rootDir>/scripts/jest-summary.js'],
};
