/**
 * Runs probes and counts what they leave in memory, in a process of its own with --expose-gc: nothing else may grow in it.
 * Orders come over IPC as `{ order, … }`; each is answered with `{ value }`, in order.
 */
const { readdirSync } = require('node:fs');
const { setTimeout: delay } = require('node:timers/promises');
const { queryObjects } = require('node:v8');
const pino = require('pino');
const { loadConfig } = require('../../dist/config/load');
const { createProbe } = require('../../dist/probes');
const { createRunner } = require('../../dist/schedule/runner');

/** Between the starts of two probes, as the scheduler does: all at once they are late for no fault of theirs. */
const SPREAD_MS = 3;

const log = pino({ level: 'silent' });
const targets = new Map();
/** What each is while nothing is broken. */
let well = {};
let runners = [];
/** Of each component, whether it was well, and whether it was not. */
const seen = new Map();
let probes = 0;

const ORDERS = {
  async load({ file, well: given }) {
    well = given;
    const loaded = await loadConfig(file, {});
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    for (const target of loaded.config.components) targets.set(target.name, target);
  },
  /** A new probe of each of these components. */
  open({ names }) {
    for (const name of names) {
      const target = targets.get(name);
      const onResult = ({ status }) => {
        probes++;
        seen.set(name, (seen.get(name) ?? new Set()).add(status === well[name]));
      };
      runners.push(createRunner({ probe: createProbe(target, { log }), name, timeoutMs: target.timeout, onResult }));
    }
  },
  /**
   * Runs every probe, and again, until each of these components was well since this order (without `healthy`: was not), or `mostRuns` runs are over.
   * Returns those for which it was in vain.
   */
  async run({ names, healthy, mostRuns }) {
    seen.clear();
    probes = 0;
    const missing = () => names.filter((name) => !seen.get(name)?.has(healthy));
    for (let i = 0; i < mostRuns && (i === 0 || missing().length > 0); i++)
      await Promise.all([...runners.map((runner, place) => delay(place * SPREAD_MS).then(runner.run)), delay(100)]);
    return { missing: missing(), probes };
  },
  async close() {
    await Promise.all(runners.splice(0).map((runner) => runner.close()));
  },
  /** What is alive, once all that was closed is gone or `waitMs` is over. */
  async measure({ descriptors, waitMs }) {
    const open = () => readdirSync('/proc/self/fd').length;
    for (const end = Date.now() + waitMs; open() > descriptors && Date.now() < end;) await delay(20);
    await delay(20);
    const objects = queryObjects(Object, { format: 'count' });
    global.gc();
    const { heapUsed, external } = process.memoryUsage();
    const timers = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    return { objects, bytes: heapUsed + external, descriptors: open(), timers };
  },
};

let last = Promise.resolve();
process.on('message', ({ order, ...options }) => {
  last = last
    .then(() => ORDERS[order](options))
    .then(
      (value) => process.send({ value }),
      (error) => process.send({ error: error.stack })
    );
});
process.on('disconnect', () => process.exit());
