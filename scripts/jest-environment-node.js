const { TestEnvironment } = require('jest-environment-node');
const ending = require('./jest-end');

module.exports = ending(TestEnvironment);
