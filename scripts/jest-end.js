/** Ensures that a suite ends by itself: resources left open fail it, with their kinds. No run needs --forceExit. */
const { setImmediate: turn, setTimeout: delay } = require('node:timers/promises');

/** Time for connections that are being closed. */
const GRACE_MS = 5_000;

/** Counts the resources that keep the process running, by kind. */
function resources() {
  const counts = {};
  for (const name of process.getActiveResourcesInfo()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

module.exports = (Environment) =>
  class extends Environment {
    before = resources();

    hasFailed = false;

    async handleTestEvent(event) {
      await super.handleTestEvent?.(event);
      if (event.name === 'test_done' && event.test.errors.length > 0) this.hasFailed = true;
      if (event.name !== 'run_start') return;
      // jest's own resources at the start of the suite do not count
      const now = resources();
      for (const name of Object.keys(this.before)) this.before[name] = Math.min(this.before[name], now[name] ?? 0);
    }

    async teardown() {
      await super.teardown();
      const deadline = performance.now() + GRACE_MS;
      let open = this.leftOpen();
      while (open.length > 0 && !this.hasFailed && performance.now() < deadline) {
        await delay(20);
        // a timer counts until its turn is over
        await turn();
        open = this.leftOpen();
      }
      // a failed test does not clean up, and an error here would hide its failure
      if (open.length > 0 && !this.hasFailed)
        throw new Error(`the suite has ended, and still open is: ${open.join(', ')}`);
    }

    leftOpen() {
      return Object.entries(resources()).flatMap(([name, count]) => {
        const more = count - (this.before[name] ?? 0);
        return more > 0 ? [`${more} × ${name}`] : [];
      });
    }
  };
