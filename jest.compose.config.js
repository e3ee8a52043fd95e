// `npm run test:compose`: docker compose up on a real engine. Not part of the other suites, which need no engine.
const { projects, ...config } = require('./jest.config');

const provisioning = projects.find(({ displayName }) => displayName === 'provisioning');

module.exports = { ...config, projects: [{ ...provisioning, testMatch: ['**/*.compose.ts'] }], maxWorkers: 1 };
