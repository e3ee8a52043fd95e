/**
 * Settings of fast-check's properties: 1,000 cases each, or ONEHERTZ_FUZZ_RUNS; a random seed, or ONEHERTZ_FUZZ_SEED. A
 * property that needs a server for each case sets its own `numRuns`. `npm run fuzz` collects the counts in
 * ONEHERTZ_FUZZ_LOG.
 */
const { appendFileSync } = require('node:fs');
const fc = require('fast-check');

const { ONEHERTZ_FUZZ_RUNS: runs, ONEHERTZ_FUZZ_SEED: seed, ONEHERTZ_FUZZ_LOG: log } = process.env;

if (runs !== undefined) jest.setTimeout(6 * 3_600_000);

fc.configureGlobal({
  numRuns: Number(runs ?? 1000),
  ...(seed === undefined ? {} : { seed: Number(seed) }),
  reporter(details) {
    if (log !== undefined) {
      const outcome = details.failed ? `FAILED: ONEHERTZ_FUZZ_SEED=${details.seed}` : 'passed';
      appendFileSync(log, `${details.numRuns}\t${outcome}\t${expect.getState().currentTestName}\n`);
    }
    if (details.failed) throw new Error(fc.defaultReportMessage(details), { cause: details.errorInstance });
  },
});
