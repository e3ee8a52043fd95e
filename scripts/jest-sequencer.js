const { default: Sequencer } = require('@jest/test-sequencer');
const { relative, resolve } = require('node:path');
const order = require('./jest-order.json');

const ROOT = resolve(__dirname, '..');
const IN_BROWSER = /^e2e\//;

/**
 * The longest suites run first, so that none of them is left for the end. How long a suite takes, jest knows only where it
 * has run before, so the longest are listed in jest-order.json. Those that start a browser run last, beside each other:
 * a browser that draws with the processor leaves too little of it to suites that measure times.
 */
module.exports = class ListedFirst extends Sequencer {
  async sort(tests) {
    const sorted = await super.sort(tests);
    const place = (test) => {
      const path = relative(ROOT, test.path);
      const index = order.indexOf(path);
      if (IN_BROWSER.test(path)) return order.length + 1 + (index < 0 ? order.length : index);
      return index < 0 ? order.length : index;
    };
    return [...sorted].sort((a, b) => place(a) - place(b));
  }
};
