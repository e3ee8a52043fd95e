import type { Need } from './needs';
import { lineOf, tableOf } from './report';
import { runSteps, type Result } from './run';
import type { Site } from './site';
import type { Step } from './step';
import { createUndo } from './undo';

const step = (name: string, run: Step['run'], needs?: Need[]): Step => ({ name, shows: `${name}.`, run, needs });

/** @param lacks of its host */
function siteWith(lacks: [Need, string][] = []) {
  const undo = createUndo();
  const undone: string[] = [];
  const make = (what: string, action: () => Promise<unknown> = () => Promise.resolve()) =>
    undo.add(what, async () => {
      await action();
      undone.push(what);
    });
  const photograph = () => Promise.reject(new Error('the page has crashed'));
  const site = { host: { lacks: new Map(lacks) }, undo: make, photograph, endStep: undo.run } as unknown as Site;
  return { site, undone };
}

const run = (site: Site, steps: Step[], fulfilled: Need[] = []) => {
  const told: Result[] = [];
  return runSteps(site, steps, new Set(fulfilled), (result) => void told.push(result)).then((results) => {
    expect(told).toEqual(results);
    return results;
  });
};

test('runs every step, also after one that failed, and undoes what each has made', async () => {
  const { site, undone } = siteWith();
  const results = await run(site, [
    step('fails', ({ undo }) => {
      undo('a user', () => Promise.resolve());
      undo('a page', () => Promise.resolve());
      return Promise.reject(new Error('there is no card'));
    }),
    step('passes', () => {
      expect(undone).toEqual(['a page', 'a user']);
      return Promise.resolve('16 cards');
    }),
  ]);
  expect(results.map(({ outcome, text }) => `${outcome}: ${text}`)).toEqual([
    'failed: there is no card',
    'ok: 16 cards',
  ]);
});

test('fails a step that leaves something behind', async () => {
  const { site } = siteWith();
  const [result] = await run(site, [
    step('leaves', ({ undo }) => {
      undo('the user eve', () => Promise.reject(new Error('answered 500')));
      return Promise.resolve('seen');
    }),
  ]);
  expect(result).toMatchObject({ outcome: 'failed', text: 'seen; left behind: the user eve: answered 500' });
});

test('does not run what the host lacks or what was not asked for, and says why', async () => {
  const { site } = siteWith([['grafana', 'the preview has no users']]);
  const steps = [
    step('users', () => Promise.resolve(''), ['grafana']),
    step('slow', () => Promise.resolve('done'), ['long']),
  ];
  expect((await run(site, steps)).map(({ outcome, text }) => `${outcome}: ${text}`)).toEqual([
    'not run: the preview has no users',
    'not run: takes the flag --long',
  ]);
  expect((await run(site, steps, ['long']))[1]?.outcome).toBe('ok');
});

test('reports a line for each step and counts them in the table', async () => {
  const { site } = siteWith([['grafana', 'no users']]);
  const results = await run(site, [
    step('ten kills', () => Promise.resolve('median 0.10 s')),
    step('users', () => Promise.resolve(''), ['grafana']),
  ]);
  expect(lineOf(results[0] as Result)).toMatch(/^ok {6}ten kills: median 0\.10 s \(0\.\d s\)$/);
  expect(lineOf(results[1] as Result)).toBe('not run users: no users');
  expect(tableOf(results)).toContain('1 passed, 0 failed, 1 not run');
});
