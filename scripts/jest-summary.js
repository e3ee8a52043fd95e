const { writeSync } = require('node:fs');

/** Time for jest to exit after the last suite. */
const END_MS = 10_000;

/** Ends every test run with a summary line for people and CI: `N passed, N failed`. */
module.exports = class Summary {
  onRunComplete(_contexts, results) {
    // a suite that fails to load counts as a failure
    let failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    // after jest's own output
    process.once('exit', () => writeSync(1, `\n${results.numPassedTests} passed, ${failed} failed\n`));
    // resources not found by jest-end.js end the run here as a failure, so that CI is not blocked
    setTimeout(() => {
      writeSync(1, `\nthe run does not end: ${process.getActiveResourcesInfo().join(', ')}\n`);
      failed += 1;
      process.exit(1);
    }, END_MS).unref();
  }
};
