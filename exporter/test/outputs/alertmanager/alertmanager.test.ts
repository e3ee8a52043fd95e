/** Silences of a real Alertmanager on a board: shown, kept while it is away, made and ended. */
import { waitFor, type RunningServer } from '@onehertz/demo';
import { makeFolder } from '../../config/helpers';
import { addSilence, ALERTMANAGER_YML, componentsOf, expireSilence, startAlertmanager, TIMING, watch } from './support';

jest.setTimeout(30_000);

const folder = makeFolder();
let alertmanager: RunningServer;
let open: { silences: { close(): void } }[] = [];

const watching = (url = alertmanager.url) => {
  const watched = watch(url);
  open.push(watched);
  return watched;
};
const soon = (is: () => unknown, what: string, timeoutMs = 5000) => waitFor(is, { timeoutMs, what });

beforeAll(async () => {
  alertmanager = await startAlertmanager({ configFile: folder.write('alertmanager.yml', ALERTMANAGER_YML) });
});
afterEach(() => {
  for (const { silences } of open) silences.close();
  open = [];
});
afterAll(async () => {
  await alertmanager.stop();
  folder.remove();
});

const whole = {
  silence_until: expect.stringMatching(/^20.*Z$/) as string,
  silence_by: 'Ada',
  silence_reason: 'upgrade',
};

it('shows a silence within one poll, and no more when it is expired', async () => {
  const { shown, board } = watching();
  const id = addSilence(alertmanager, 'component=redis', '--duration=30m', '--author=Ada', '--comment=upgrade');
  const begin = performance.now();
  await soon(() => board.get('redis')?.silence, 'the silence');
  expect(performance.now() - begin).toBeLessThan(2 * TIMING.interval + 500);
  expect(shown('redis')).toEqual(whole);
  const { silence } = board.get('redis')!;
  expect(Math.abs((silence?.until ?? 0) - Date.now() - 1_800_000)).toBeLessThan(10_000);
  expect(shown('web')).toEqual({});
  expect(board.get('redis')?.status).toBe('unknown');
  expireSilence(alertmanager, id);
  await soon(() => !board.get('redis')?.silence, 'its end');
});

it('ends by itself at the tick, and equal silences stay the same object', async () => {
  const { board, silences } = watching();
  addSilence(alertmanager, 'component=redis', '--duration=3s', '--author=Ada', '--comment=upgrade');
  await soon(() => board.get('redis')?.silence, 'the silence');
  const { silence } = board.get('redis')!;
  // other silences come and go
  expireSilence(alertmanager, addSilence(alertmanager, 'component=web', '--author=Ada', '--comment=x'));
  await soon(() => silences.known?.list().length === 1, 'one silence');
  expect(board.get('redis')?.silence).toBe(silence);
  board.publish(silence!.until - 1);
  board.publish(silence!.until);
  await soon(() => {
    board.publish(Date.now());
    return !board.get('redis')?.silence;
  }, 'its end');
  expect(silences.known?.list()).toEqual([]);
});

it('says which alerts are muted if it is not all of them; of several the one that mutes most', async () => {
  const { shown, board } = watching();
  const author = ['--author=Ada', '--comment=upgrade'];
  const some = addSilence(alertmanager, 'component=~"re.+"', 'alertname=~"ComponentSlow|ComponentDegraded"', ...author);
  await soon(() => board.get('redis')?.silence, 'the silence');
  expect(shown('redis')).toEqual({ ...whole, silence_only: 'ComponentSlow or ComponentDegraded' });
  const all = addSilence(alertmanager, 'kind="infrastructure"', 'component!="web"', '--duration=10m', ...author);
  await soon(() => board.get('redis')?.silence?.only === '', 'the other one');
  expect(shown('redis')).toEqual(whole);
  expect(shown('web')).toEqual({});
  expireSilence(alertmanager, all);
  await soon(() => board.get('redis')?.silence?.only, 'the first one');
  expireSilence(alertmanager, some);
  await soon(() => !board.get('redis')?.silence, 'none');
});

it('is shown at components that come with a reload', async () => {
  const { board, silences } = watching();
  const id = addSilence(alertmanager, 'component=new', '--author=Ada', '--comment=upgrade');
  await soon(() => silences.known?.list(), 'the first poll');
  board.prepare(componentsOf('redis', 'new')).apply();
  await soon(() => board.get('new')?.silence, 'the silence');
  expireSilence(alertmanager, id);
});

it('keeps what is known for a while when Alertmanager is killed, says so once, and finds it again', async () => {
  const { board, silences, log, polls } = watching();
  const begin = ['component=redis', '--author=Ada', '--comment=upgrade'];
  addSilence(alertmanager, ...begin);
  await soon(() => board.get('redis')?.silence, 'the silence');
  await alertmanager.kill();
  await soon(async () => (await polls('failure')) >= 2, 'two failures');
  expect(board.get('redis')?.silence).toBeDefined();
  await soon(() => !board.get('redis')?.silence, 'the silence to be dropped');
  expect(() => silences.known?.list()).toThrow(
    /^Alertmanager at http:\/\/127\.0\.0\.1:\d+ cannot be reached: .*refused/
  );
  await alertmanager.restart();
  // it was killed before it wrote its silences to the disk
  addSilence(alertmanager, ...begin);
  await soon(() => board.get('redis')?.silence, 'the silence again');
  const logged = (text: string) => log().split(text).length - 1;
  expect([logged('silences of Alertmanager cannot be read'), logged('can be read again')]).toEqual([1, 1]);
});

it('keeps what is known for a while when Alertmanager is frozen, and answers in time', async () => {
  const { board, silences, polls, log } = watching();
  await soon(() => board.get('redis')?.silence, 'the silence');
  alertmanager.freeze();
  try {
    await soon(async () => (await polls('timeout')) >= 1, 'a time-out');
    expect(board.get('redis')?.silence).toBeDefined();
    const begin = performance.now();
    const wanted = { matchers: [], until: Date.now() + 60_000, by: 'Ada', reason: 'x' };
    await expect(silences.known?.make(wanted)).rejects.toThrow(/cannot be reached: timed out after 500 ms/);
    expect(performance.now() - begin).toBeLessThan(2000);
    await soon(() => !board.get('redis')?.silence, 'the silence to be dropped');
  } finally {
    alertmanager.resume();
  }
  await soon(() => board.get('redis')?.silence, 'the silence again');
  expect(log()).toContain('timed out');
});

it('makes a silence that is shown at once, and ends it', async () => {
  const { silences, shown } = watching();
  await soon(() => silences.known?.list(), 'the first poll');
  for (const { id } of silences.known!.list().map(({ silence }) => silence)) expireSilence(alertmanager, id);
  await soon(() => silences.known?.list().length === 0, 'no silence');
  const matchers = [{ name: 'component', value: '^(?:redis|web)$', isRegex: true, isEqual: true }];
  const until = Date.now() + 600_000;
  const made = await silences.known!.make({ matchers, until, by: 'Ada', reason: 'upgrade' });
  expect(shown('redis')).toEqual({ ...whole, silence_until: new Date(until).toISOString() });
  expect(shown('web')).toEqual(shown('redis'));
  expect(made.components.map(({ name }) => name)).toEqual(['redis', 'web']);
  const listed = await (await fetch(`${alertmanager.url}/api/v2/silence/${made.silence.id}`)).json();
  expect(listed).toMatchObject({ status: { state: 'active' }, createdBy: 'Ada', comment: 'upgrade', matchers });
  // the next poll finds the same
  await soon(() => silences.known!.list()[0]?.silence.from !== made.silence.from, 'the next poll');
  expect(shown('redis')).toEqual({ ...whole, silence_until: new Date(until).toISOString() });
  await silences.known!.end(made);
  expect([shown('redis'), shown('web')]).toEqual([{}, {}]);
});

it('tells what Alertmanager said when it rejects a silence', async () => {
  const { silences } = watching();
  const matchers = [{ name: 'component', value: 're(', isRegex: true, isEqual: true }];
  const wanted = { matchers, until: Date.now() + 60_000, by: 'Ada', reason: 'x' };
  await expect(silences.known!.make(wanted)).rejects.toThrow(
    /^Alertmanager at http:\S+ answered HTTP 400 Bad Request: .*missing closing/
  );
});

it('a changed configuration asks elsewhere, and none stops', async () => {
  const { board, silences, apply, log } = watching();
  const id = addSilence(alertmanager, 'component=redis', '--author=Ada', '--comment=upgrade');
  await soon(() => board.get('redis')?.silence, 'the silence');
  apply({ url: `${alertmanager.url}/prefix/`, external_url: 'https://alerts.example' });
  expect(board.get('redis')?.silence).toBeUndefined();
  await soon(() => log().includes('/prefix answered HTTP 404'), 'a word about the prefix');
  apply({ url: `${alertmanager.url}/`, external_url: 'https://alerts.example/' });
  await soon(() => board.get('redis')?.silence, 'the silence');
  expect(board.get('redis')?.silence?.page).toBe(`https://alerts.example/#/silences/${id}`);
  void silences.prepare(undefined).apply();
  expect(board.get('redis')?.silence).toBeUndefined();
  expect(silences.known).toBeUndefined();
  expireSilence(alertmanager, id);
});
