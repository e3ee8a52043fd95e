const { default: Sequencer } = require('@jest/test-sequencer');
const { relative, resolve } = require('node:path');
const order = require('./jest-order.json');

const ROOT = resolve(__dirname, '..');

/**
 * The longest suites run first, so that none of them is left for the end. How long a suite takes, jest knows only where it
 * has run before, so the longest are listed in jest-order.json. The matrix of faults measures times with one processor
 * used up: the suites after it in the list mostly wait for servers, those that start a browser come later.
 */
module.exports = class ListedFirst extends Sequencer {
  async sort(tests) {
    const sorted = await super.sort(tests);
    const place = ({ path }) => {
      const index = order.indexOf(relative(ROOT, path));
      return index < 0 ? order.length : index;
    };
    return [...sorted].sort((a, b) => place(a) - place(b));
  }
};
