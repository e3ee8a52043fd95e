/** Ends every test run with one line that people and CI can read: `N passed, N failed`. */
module.exports = class Summary {
  onRunComplete(_contexts, results) {
    // a suite that does not even load counts as a failure
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    // after all that jest itself has to say
    process.once('exit', () => process.stdout.write(`\n${results.numPassedTests} passed, ${failed} failed\n`));
  }
};
