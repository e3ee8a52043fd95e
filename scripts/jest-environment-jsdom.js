const { TestEnvironment } = require('jest-environment-jsdom');
const ending = require('./jest-end');

module.exports = ending(TestEnvironment);
