// Is copied to the built module in the temporary folder of ./run, as is built.test.js.
const base = require('../jest.config.js');

module.exports = {
  ...base,
  rootDir: __dirname,
  testMatch: ['<rootDir>/built.test.js'],
  setupFiles: ['<rootDir>/../jest-polyfills.js'],
  setupFilesAfterEnv: ['<rootDir>/../jest-setup.js'],
};
