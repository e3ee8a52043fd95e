// force timezone to UTC to allow tests to work regardless of local timezone
process.env.TZ = 'UTC';

const scaffold = require('./.config/jest.config');
const { grafanaESModules, nodeModulesToTransform } = require('./.config/jest/utils');
const esModules = require('../scripts/jest-es-modules');

const [swc] = Object.values(scaffold.transform);

module.exports = {
  ...scaffold,
  displayName: 'grafana-plugin',
  rootDir: __dirname,
  testEnvironment: '<rootDir>/../scripts/jest-environment-jsdom.js',
  // the exporter's sources, instead of an older build
  moduleNameMapper: {
    ...scaffold.moduleNameMapper,
    '^@onehertz/preview/live/(.*)$': '<rootDir>/../preview/server/live/$1.ts',
  },
  // first: @grafana/ui needs a MessageChannel on load
  setupFiles: ['<rootDir>/jest-polyfills.js'],
  setupFilesAfterEnv: [...scaffold.setupFilesAfterEnv, '<rootDir>/../scripts/jest-fuzz.js'],
  moduleNameMapper: {
    ...scaffold.moduleNameMapper,
    // the sources, instead of an older build
    '^@onehertz/contract$': '<rootDir>/../contract/src/index.ts',
  },
  // d3-interpolate is loaded as .mjs
  transform: { '^.+\\.(mjs|[tj]sx?)$': swc },
  transformIgnorePatterns: [
    nodeModulesToTransform([...grafanaESModules, ...esModules, '@react-hookz/web', '@ver0/deep-equal']),
  ],
};
