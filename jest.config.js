// One run of jest covers every workspace; the plugin brings the configuration of Grafana's scaffold.
const swc = { '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }] };
const node = (name, roots) => ({
  displayName: name,
  rootDir: `${__dirname}/${name}`,
  roots,
  testEnvironment: 'node',
  testMatch: ['**/*.test.ts'],
  transform: swc,
  setupFilesAfterEnv: [`${__dirname}/scripts/jest-fuzz.js`],
  // the sources, not what was built last
  moduleNameMapper: {
    '^@onehertz/(exporter|demo|provisioning)$': `${__dirname}/$1/src/index.ts`,
    '^@onehertz/preview/live/(.*)$': `${__dirname}/preview/server/live/$1.ts`,
  },
});

module.exports = {
  projects: [
    node('exporter', ['<rootDir>/test']),
    node('demo', ['<rootDir>/test']),
    node('provisioning', ['<rootDir>/test']),
    node('preview', ['<rootDir>/test']),
    node('e2e', ['<rootDir>/src']),
    node('bench', ['<rootDir>/test']),
    node('soak', ['<rootDir>/test']),
    '<rootDir>/grafana-plugin/jest.config.js',
  ],
  testTimeout: 30_000,
  // two cores, and every file starts servers of its own
  maxWorkers: 2,
  reporters: ['default', '<rootDir>/scripts/jest-summary.js'],
};
