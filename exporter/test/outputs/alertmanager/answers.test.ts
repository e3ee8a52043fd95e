/** What is no Alertmanager, or a hostile one: nothing is claimed, it is said why, and nothing else suffers. */
import { waitFor } from '@onehertz/demo';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { watch, type Watched } from './support';

jest.setTimeout(30_000);

let server: Server | undefined;
let watched: Watched | undefined;

async function watchServer(listener: RequestListener): Promise<Watched> {
  server = createServer(listener).listen(0, '127.0.0.1');
  await waitFor(() => server?.listening, { timeoutMs: 5000, what: 'the server' });
  return (watched = watch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
}
const answer = (text: string | (() => string)): RequestListener => {
  return (_request, response) => void response.end(typeof text === 'string' ? text : text());
};

afterEach(() => {
  watched?.silences.close();
  server?.closeAllConnections();
  server?.close();
});

const good = {
  id: '0f7a3a4e-0c0f-4a3c-8d5e-000000000000',
  status: { state: 'active' },
  startsAt: '2026-01-01T00:00:00.000Z',
  endsAt: '2099-01-01T00:00:00.000Z',
  createdBy: 'Ada',
  comment: 'upgrade',
  matchers: [{ name: 'component', value: 'redis', isRegex: false, isEqual: true }],
};
const matching = (name: string, value: string) => ({
  ...good,
  matchers: [{ name, value, isRegex: true, isEqual: true }],
});

it.each<[what: string, text: string, said: RegExp]>([
  ['a page', '<html>', /answered with something else than a list of silences/],
  ['nothing', '', /answered with something else/],
  ['an object', '{"silences":[]}', /answered with something else/],
  ['what is deep', '['.repeat(100_000), /answered with something else/],
  ['what is wide', `[${'{},'.repeat(30_000)}{}]`, /answered with something else/],
  ['more than a megabyte', `["${'x'.repeat(2_000_000)}"]`, /is larger than 1024 KiB; shorten --data\.retention/],
])('%s is no list of silences', async (_what, text, said) => {
  const { silences, log } = await watchServer(answer(text));
  await waitFor(() => log().includes('cannot be read'), { timeoutMs: 10_000, what: 'a word about it' });
  expect(log()).toMatch(said);
  expect(() => silences.known?.list()).toThrow(said);
  expect(log().length).toBeLessThan(1000);
});

it('an answer without end is given up', async () => {
  const { log, polls } = await watchServer((_request, response) => {
    const go = () => {
      while (!response.destroyed && response.write('[{},'.repeat(10_000)));
      response.once('drain', go);
    };
    go();
  });
  await waitFor(async () => (await polls('failure')) + (await polls('timeout')) >= 2, {
    timeoutMs: 10_000,
    what: 'failures',
  });
  expect(log()).toContain('cannot be read');
});

it.each<[what: string, entry: unknown]>([
  ['no object', 3],
  ['an id that is a path', { ...good, id: '../../-/reload' }],
  ['a state that is unknown', { ...good, status: { state: 'sleeping' } }],
  ['a time that is none', { ...good, endsAt: 'tomorrow' }],
  ['texts that are none', { ...good, createdBy: {} }],
  ['no matchers', { ...good, matchers: [] }],
  ['matchers of another type', { ...good, matchers: [{ name: 'component', value: ['redis'], isRegex: false }] }],
  ['too many matchers', { ...good, matchers: Array(1000).fill(good.matchers[0]) }],
  ['an expression that is none', matching('component', '(redis')],
  ['an end in the past', { ...good, endsAt: '2026-01-02T00:00:00.000Z' }],
  ['an expired one', { ...good, status: { state: 'expired' } }],
])('what cannot be right is left out, and the rest is shown: %s', async (_what, entry) => {
  const web = { ...good, matchers: [{ ...good.matchers[0], value: 'web' }] };
  const { board, shown } = await watchServer(answer(JSON.stringify([entry, web])));
  await waitFor(() => board.get('web')?.silence, { timeoutMs: 5000, what: 'the good silence' });
  expect(shown('redis')).toEqual({});
});

it('texts are one line without escape sequences, in bounded length', async () => {
  const text = '\u001b[31m\u202ered\n'.repeat(500);
  const { board, shown } = await watchServer(
    answer(
      JSON.stringify([
        {
          ...good,
          createdBy: text,
          comment: text,
          matchers: [...good.matchers, { ...good.matchers[0], name: text, value: text }],
        },
      ])
    )
  );
  await waitFor(() => board.get('redis')?.silence, { timeoutMs: 5000, what: 'the silence' });
  const said = Object.values(shown('redis')).map(String);
  for (const one of said) expect(one).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(said.map(({ length }) => length > 10 && length <= 300)).toEqual([true, true, true, true]);
});

it('an old Alertmanager has no isEqual', async () => {
  const matchers = [{ name: 'component', value: 'redis', isRegex: false }];
  const { board } = await watchServer(answer(JSON.stringify([{ ...good, matchers }])));
  await waitFor(() => board.get('redis')?.silence, { timeoutMs: 5000, what: 'the silence' });
});

it('expressions that take long are given up, and delay nothing', async () => {
  let turn = 0;
  const hard = () => {
    turn += 1;
    return JSON.stringify(
      Array.from({ length: 500 }, (_, index) =>
        matching('display_name', `${turn}(a?){30}${'(a|b)?'.repeat(100)}${index}`)
      )
    );
  };
  const delay = monitorEventLoopDelay({ resolution: 5 });
  const { log } = await watchServer(answer(hard));
  delay.enable();
  await waitFor(() => turn >= 3, { timeoutMs: 20_000, what: 'three polls' });
  delay.disable();
  expect(delay.percentile(99) / 1e6).toBeLessThan(100);
  expect(log().length).toBeLessThan(100_000);
});

it('wrong credentials are said, without them', async () => {
  const { log, apply, board } = await watchServer((request, response) => {
    const { authorization } = request.headers;
    if (authorization === 'Bearer of-alertmanager') response.end(JSON.stringify([good]));
    else response.writeHead(401).end(`no: ${authorization}`);
  });
  const url = `http://127.0.0.1:${(server?.address() as AddressInfo).port}`;
  apply({ url, bearer_token: 'something-wrong' });
  await waitFor(() => log().includes('401'), { timeoutMs: 5000, what: 'a word about it' });
  expect(log()).toMatch(/answered HTTP 401 Unauthorized; set bearer_token, headers, or user and password in the url/);
  expect(log()).not.toContain('something-wrong');
  apply({ url, bearer_token: 'of-alertmanager' });
  await waitFor(() => board.get('redis')?.silence, { timeoutMs: 5000, what: 'the silence' });
});
