const { writeSync } = require('node:fs');

/** How long jest may take to end after the last suite. */
const END_MS = 10_000;

/** Ends every test run with one line that people and CI can read: `N passed, N failed`. */
module.exports = class Summary {
  onRunComplete(_contexts, results) {
    // a suite that does not even load counts as a failure
    let failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    // after all that jest itself has to say
    process.once('exit', () => writeSync(1, `\n${results.numPassedTests} passed, ${failed} failed\n`));
    // what jest-end.js does not see ends here, as a failure, and does not hold up CI
    setTimeout(() => {
      writeSync(1, `\nthe run does not end: ${process.getActiveResourcesInfo().join(', ')}\n`);
      failed += 1;
      process.exit(1);
    }, END_MS).unref();
  }
};
