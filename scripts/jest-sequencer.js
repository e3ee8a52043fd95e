const { default: Sequencer } = require('@jest/test-sequencer');
const { relative, resolve } = require('node:path');
const seconds = require('./jest-durations.json');

const ROOT = resolve(__dirname, '..');

/**
 * The longest suites first, or one of them is left for the end and the other processor has nothing to do. How long each takes, jest
 * knows only where it has run before. In a fresh clone it goes by the size of the files, which says little of suites that wait for servers:
 * those that take long are listed in jest-durations.json. All others are shorter, and in the order of their size.
 */
module.exports = class LongestFirst extends Sequencer {
  time(test) {
    const listed = seconds[relative(ROOT, test.path)];
    return (
      super.time(test) ??
      (listed === undefined ? 1000 + (test.context.hasteFS.getSize(test.path) ?? 0) / 10 : listed * 1000)
    );
  }
};
