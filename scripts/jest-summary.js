const { writeSync } = require('node:fs');

/** Ends every test run with one line that people and CI can read: `N passed, N failed`. */
module.exports = class Summary {
  onRunComplete(_contexts, results) {
    // a suite that does not even load counts as a failure
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    // after all that jest itself has to say, and past the streams that --forceExit has closed by then
    process.once('exit', () => writeSync(1, `\n${results.numPassedTests} passed, ${failed} failed\n`));
  }
};
