// Copied with built.test.js to the folder of the built module by ./run.
const base = require('../jest.config.js');

module.exports = {
  ...base,
  rootDir: __dirname,
  testMatch: ['<rootDir>/built.test.js'],
  setupFiles: ['<rootDir>/../jest-polyfills.js'],
  setupFilesAfterEnv: ['<rootDir>/../jest-setup.js'],
};
