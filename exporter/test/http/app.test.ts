import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { Board } from '../../src/board/board';
import { createGate, type Gate } from '../../src/http/access/gate';
import { createApp, type AppOptions } from '../../src/http/app';
import { createMetrics } from '../../src/outputs/metrics/metrics';
import { createSelfStatistics } from '../../src/outputs/metrics/self';
import { applyTo, down, THRESHOLDS, up } from '../board/support';
import { makeTarget, recordingLog } from '../probes/kit/helpers';

describe('HTTP', () => {
  let server: Server;
  let board: Board;
  let origin: string;
  let probed: string[];
  let options: AppOptions & { gate: Gate };

  beforeEach(async () => {
    board = new Board(100);
    const components = [
      makeTarget('redis', { url: 'redis://localhost', display_name: 'Redis <script>alert(1)</script>' }),
      makeTarget('http', { name: 'backend', url: 'http://localhost', depends_on: ['redis'] }),
    ];
    const config = { components, flapping: THRESHOLDS, histogram: true };
    const metrics = createMetrics({ board, self: createSelfStatistics(), version: '1.2.3' });
    applyTo(config, board, metrics);
    probed = [];
    options = {
      board,
      metrics,
      self: createSelfStatistics(),
      log: recordingLog().log,
      version: '1.2.3',
      corsOrigins: ['http://friend.example'],
      probeNow(name) {
        probed.push(name);
        return Promise.resolve(board.get(name) !== undefined);
      },
      gate: createGate({ log: recordingLog().log, self: createSelfStatistics(), isExcess: () => false }),
      reload: () => Promise.resolve({ ok: true }),
    };
    await start();
  });
  afterEach(async () => {
    options.gate.close();
    await stop();
  });

  async function start(): Promise<void> {
    server = createServer(createApp(options)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  function stop(): Promise<unknown> {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  }
  const get = (path: string, headers: Record<string, string> = {}) => fetch(origin + path, { headers });
  const post = (path: string, headers: Record<string, string> = {}) =>
    fetch(origin + path, { method: 'POST', headers });
  const json = async (path: string) => (await get(path)).json() as Promise<Record<string, never>>;

  it('returns the board, one component, and an error message for an unknown one', async () => {
    board.apply('redis', down('connection refused'));
    board.apply('backend', down());
    board.publish(Date.now());
    expect(await json('/api/v1/components')).toMatchObject({
      overall: 'Degraded',
      kinds: [
        { kind: 'infrastructure', total: 1, up: 0 },
        { kind: 'microservice', total: 1, up: 0 },
      ],
      components: { redis: { status: 'unhealthy', error: 'connection refused', probes: { failure: 1 } } },
    });
    expect(await json('/api/v1/components/backend')).toMatchObject({
      consequence_of: ['redis'],
      depends_on: ['redis'],
    });
    const recent = {
      until: expect.stringMatching(/:\d\d\.000Z$/) as string,
      statuses: expect.stringMatching(/u\d+$/) as string,
    };
    expect((await json('/api/v1/components')).components).toMatchObject({ redis: { recent }, backend: { recent } });
    expect(await json('/api/v1/components/redis')).toMatchObject({ recent });
    const missing = await get('/api/v1/components/nobody');
    expect(missing.status).toBe(404);
    expect(await missing.json()).toEqual({ error: 'there is no component "nobody"; /api/v1/components lists them' });
  });

  it('returns the transitions since a time, and rejects invalid times', async () => {
    board.apply('redis', up());
    const { events } = await json('/api/v1/events');
    expect(events).toMatchObject([{ id: 1, component: 'redis', from: 'unknown', to: 'healthy' }]);
    expect((await json(`/api/v1/events?since=${Date.now() / 1000 + 1}`)).events).toEqual([]);
    expect((await json('/api/v1/events?since=2020-01-01T00:00:00Z')).events).toHaveLength(1);
    expect((await get('/api/v1/events?since=yesterday')).status).toBe(400);
  });

  it('returns each transition once per cursor, however many there are in a millisecond', async () => {
    const seen: number[] = [];
    let next: string | undefined;
    async function poll(): Promise<{ lost?: number; restarted?: boolean }> {
      const path = `/api/v1/events${next === undefined ? '' : `?after=${next}`}`;
      const page = (await json(path)) as unknown as {
        events: { id: number; at: string }[];
        next: string;
        lost?: number;
      };
      seen.push(...page.events.map(({ id }) => id));
      next = page.next;
      return page;
    }
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now());
    try {
      await poll();
      for (let i = 0; i < 25; i++) {
        board.apply('redis', i % 2 ? down() : up());
        if (i % 3 === 0) expect(await poll()).toMatchObject({ lost: 0, restarted: false });
      }
      expect(seen).toEqual(Array.from({ length: 25 }, (_, i) => i + 1));
      // inclusive: all transitions of that millisecond are returned again
      const { events } = await json(`/api/v1/events?since=${Date.now() / 1000}`);
      expect(events).toHaveLength(25);
    } finally {
      clock.mockRestore();
    }
    // more than the capacity
    for (let i = 0; i < 130; i++) board.apply('redis', i % 2 ? up() : down());
    expect(await poll()).toMatchObject({ lost: 30 });
    // a cursor of another run
    expect(await json(`/api/v1/events?after=00000000-7`)).toMatchObject({ restarted: true, lost: 55 });
    for (const query of ['after=7', 'after=x-7', `after=${next}&since=0`, 'after=1&after=2'])
      expect((await get(`/api/v1/events?${query}`)).status).toBe(400);
  });

  it('exports CSV without formulas for spreadsheets', async () => {
    board.apply('redis', up({ message: '=1+1' }));
    const response = await get('/api/v1/export.csv');
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename=onehertz-.*\.csv$/);
    const [header, redis] = (await response.text()).split('\n');
    expect(header).toMatch(/^service,display_name,kind,type,status,/);
    expect(redis).toContain("'=1+1");
    expect((await get('/api/v1/export.json')).headers.get('content-disposition')).toContain('.json');
  });

  it('exports many components as CSV, and continues when a client disconnects', async () => {
    const many = Array.from({ length: 3000 }, (_, i) => makeTarget('http', { name: `c${i}`, url: 'http://localhost' }));
    board.prepare({ components: many, flapping: THRESHOLDS }).apply();
    const gone = await get('/api/v1/export.csv');
    await gone.body?.cancel();
    const lines = (await (await get('/api/v1/export.csv')).text()).trimEnd().split('\n');
    expect(lines.slice(1).map((line) => line.split(',')[0])).toEqual(many.map(({ name }) => name));
  });

  it('probes on demand if enabled, and shows the button only then', async () => {
    expect(await (await get('/')).text()).toContain('id="probe"');
    expect((await post('/api/v1/probe/redis')).status).toBe(200);
    expect((await post('/api/v1/probe/nobody')).status).toBe(404);
    expect((await post('/api/v1/probe')).status).toBe(200);
    expect(probed).toEqual(['redis', 'nobody', 'redis', 'backend']);
    await stop();
    options = { ...options, probeNow: undefined };
    await start();
    for (const path of ['/api/v1/probe', '/api/v1/probe/redis']) {
      const refused = await post(path);
      expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining('--web.enable-probe-api')]);
    }
    expect(await (await get('/')).text()).not.toContain('id="probe"');
  });

  it('is healthy immediately and ready after the first round', async () => {
    expect((await get('/-/healthy')).status).toBe(200);
    expect((await get('/-/ready')).status).toBe(503);
    board.publish(Date.now());
    expect((await get('/-/ready')).status).toBe(200);
  });

  it('reloads if enabled, and reports problems', async () => {
    expect((await post('/-/reload')).status).toBe(200);
    await stop();
    options = { ...options, reload: () => Promise.resolve({ ok: false, problems: 'onehertz.yml:3: wrong' }) };
    await start();
    const refused = await post('/-/reload');
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('onehertz.yml:3: wrong')]);
    await stop();
    options = { ...options, reload: undefined };
    await start();
    expect((await post('/-/reload')).status).toBe(403);
  });

  it('shows the board as HTML, with every name escaped, and without external resources', async () => {
    board.apply('redis', down('<img src=x onerror=alert(1)>'));
    board.publish(Date.now());
    const response = await get('/');
    const page = await response.text();
    expect(page).toContain('Redis &lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(page).not.toMatch(/<img src=x|<script>alert/);
    expect(page).toMatch(/<span class="badge unhealthy">/);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    // relative paths: the page also works behind a sub-path of a proxy
    expect(page.match(/(?:src|href)="(?:\w+:|\/)[^"]*"/g)).toBeNull();
    expect(page).toContain('src="assets/board.js"');
    const fragment = await (await get('/board')).text();
    expect(fragment.trim()).toMatch(/^<main\s+id="board"/);
    expect(fragment).not.toContain('<html');
  });

  it('shows the last minutes of each component as a strip, with how much of it was up as text', async () => {
    const begin = Math.floor(Date.now() / 30_000) * 30_000 - 30_000;
    board = new Board(100, () => ({ wall: now, monotonic: now }));
    let now = begin;
    options.board = board;
    applyTo(
      { components: [makeTarget('redis', { url: 'redis://localhost' })], flapping: THRESHOLDS, histogram: true },
      board,
      createMetrics({ board, self: createSelfStatistics(), version: '1.2.3' })
    );
    for (; now < begin + 20_000; now += 1000) {
      board.apply('redis', now < begin + 10_000 || now >= begin + 15_000 ? up() : down());
      board.publish(now);
    }
    await stop();
    await start();
    const [strip = ''] = (await (await get('/board')).text()).match(/<div class="strip">.*?<\/div>/s) ?? [];
    expect(strip).toContain('role="img" aria-label="up 75.0 % of 20 s"');
    const bars = [...strip.matchAll(/<rect class="(\w+)" x="(\d+)" y="\d+" width="(\d+)"/g)].map((bar) => bar.slice(1));
    expect(bars).toEqual([
      ['healthy', '56', '2'],
      ['unhealthy', '58', '1'],
      ['healthy', '59', '1'],
    ]);
    const clock = (seconds: number) => new Date(begin + seconds * 1000).toISOString().slice(11, 19);
    expect(strip).toContain(`<title>unhealthy, ${clock(10)} UTC to ${clock(15)} UTC</title>`);
  });

  it('is marked as not live until its script has received data, and shows nothing unknown as known', async () => {
    board.apply('redis', up());
    board.apply('backend', up());
    board.publish(Date.now());
    const page = await (await get('/')).text();
    expect(page).toMatch(/<body class="stale" /);
    expect(page).toMatch(/id="connection"[^>]*>\s*Not live: last known state at \d\d:\d\d:\d\d UTC\./);
    const said = [...page.matchAll(/<span class="if-stale">(.*?)<\/span>(?=<\/)/gs)].map(([, text]) => text);
    expect(said.slice(0, 3)).toEqual(['Unknown', '?/1', '?/1']);
    expect(page).toMatch(/<span class="if-stale"><span aria-hidden="true">\?<\/span> stale<\/span>/);
    expect(page).toMatch(/<span class="if-stale">last known: healthy, [\d:]+ UTC<\/span>/);
    const css = await (await get('/assets/board.css')).text();
    expect(css).toMatch(/\.if-stale,\s*\.stale \.if-live \{\s*display: none;/);
  });

  it('says first what is broken: the cause with since, reason and impact, in the page, its title and its icon', async () => {
    board.apply('redis', down('connection refused; is it running?'));
    board.apply('backend', down());
    board.publish(Date.now());
    const text = (part: string) =>
      part
        .replace(/<[^>]*>/g, ' ')
        .replace(/\s+/g, ' ')
        .trim();
    const page = await (await get('/')).text();
    const causes = page.match(/<li class="cause.*?<\/li>/gs)?.map(text);
    expect(causes).toEqual([
      expect.stringMatching(
        /^Redis &lt;script&gt;alert\(1\)&lt;\/script&gt; down at least \d s last known: down .* UTC : connection refused → backend$/i
      ),
    ]);
    expect(page).toContain('<title>2 down – Onehertz</title>');
    expect(page).toContain('<link rel="icon" href="assets/icon-degraded.svg"');
    expect(await (await get('/assets/icon-degraded.svg')).text()).toMatch(/^<svg.*<circle.*<\/svg>/s);
    const { headline } = await json('/api/v1/components');
    expect(headline).toMatchObject({ overall: 'Degraded', total: 2, healthy: 0, causes: [{ component: 'redis' }] });
    expect(page).toMatch(/data-chat="Degraded: 0 of 2 healthy \([\d: -]+ UTC\)\n- Redis/);
  });

  it('has the section and the card of the cause first', async () => {
    const cards = async () =>
      [...(await (await get('/board')).text()).matchAll(/id="component-(\w+)"/g)].map(([, name]) => name);
    board.apply('redis', up());
    board.apply('backend', down());
    board.publish(Date.now());
    expect(await cards()).toEqual(['backend', 'redis']);
    expect(await (await get('/')).text()).toMatch(/id="section-microservice".*id="section-infrastructure"/s);
    board.apply('redis', down());
    board.apply('backend', up());
    expect(await cards()).toEqual(['redis', 'backend']);
  });

  it('writes details for people: durations in their units, lists with the name first', async () => {
    board.apply(
      'redis',
      up({
        details: { uptime_seconds: 2143, queues: [{ name: 'celery', ready: 0, consumers: 2 }], heartbeat_age_s: 1 },
      })
    );
    const page = (await (await get('/board')).text()).replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
    expect(page).toMatch(/Uptime 35 min 43 s .*Queues celery: 0 ready, 2 consumers .*Heartbeat age 1 s/);
  });

  it('shows ?/n if all are unknown: 0 would mean that all are down', async () => {
    board.apply('redis', up());
    board.publish(Date.now());
    const live = [...(await (await get('/board')).text()).matchAll(/<strong><span class="if-live">([^<]*)/g)];
    expect(live.map(([, text]) => text)).toEqual(['Degraded', '1/1', '?/1']);
  });

  it('has tiles in the colour of the overall word and of the worst component of each kind, all of them in the style sheet', async () => {
    const css = await (await get('/assets/board.css')).text();
    const tiles = async () => {
      board.publish(Date.now());
      return (await (await get('/board')).text()).match(/(?<=<div class="tile )\w+/g);
    };
    board.apply('redis', up());
    board.apply('backend', up({ status: 'degraded' }));
    expect(await tiles()).toEqual(['degraded', 'healthy', 'degraded']);
    board.apply('backend', up({ status: 'warning' }));
    expect(await tiles()).toEqual(['degraded', 'healthy', 'warning']);
    for (const status of ['degraded', 'warning', 'unhealthy'])
      for (const place of [`.tile.${status} {`, `.card.${status} {`, `.badge.${status} {`])
        expect(css).toContain(place);
    // orange and yellow
    expect(new Set(css.match(/(?<=--(?:degraded|warning): )#\w+/g)).size).toBe(4);
  });

  it('compresses the metrics if the scraper supports it', async () => {
    const bytes = async (encoding: string) => {
      const request = httpRequest(`${origin}/metrics`, { headers: { 'accept-encoding': encoding } }).end();
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      return { headers: response.headers, body: await buffer(response) };
    };
    const plain = await bytes('identity');
    const packed = await bytes('gzip');
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Origin, Accept, Accept-Encoding' });
    const names = (body: Buffer) => body.toString().match(/^# TYPE .*$/gm);
    expect(names(gunzipSync(packed.body))).toEqual(names(plain.body));
    expect(names(plain.body)).toContain('# TYPE component_up gauge');
    const head = await fetch(`${origin}/metrics`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-type')]).toEqual([200, expect.stringContaining('version=0.0.4')]);
  });

  it('on large boards shows components that need attention, and counts the others', async () => {
    const components = Array.from({ length: 1000 }, (_, i) => makeTarget('http', { name: `c${i}`, url: 'http://x' }));
    board.prepare({ components, flapping: THRESHOLDS }).apply();
    components.forEach(({ name }, i) => board.apply(name, i >= 990 ? down() : up()));
    const cards = async () => (await (await get('/board')).text()).match(/<li class="card \w+" id="[\w-]+"/g) ?? [];
    const shown = await cards();
    expect(shown).toHaveLength(300);
    expect(shown.filter((card) => card.includes('unhealthy'))).toHaveLength(10);
    expect(await (await get('/')).text()).toContain('Not shown here: 700 healthy.');
    board.apply('c5', down());
    expect((await cards()).filter((card) => card.includes('unhealthy'))).toHaveLength(11);
  });

  it('has a wall: what is broken with name, reason and since, all others by name, all of it escaped', async () => {
    board.apply('redis', down('<img src=x onerror=alert(1)>'));
    board.apply('backend', up());
    board.publish(Date.now());
    expect(await (await get('/')).text()).toContain('<a href="wall">Wall</a>');
    const page = await (await get('/wall')).text();
    expect(page).not.toMatch(/<img src=x|<script>alert/);
    expect(page.match(/(?:src|href)="(?:\w+:|\/)[^"]*"/g)).toBeNull();
    expect(page).toContain('src="assets/wall.js"');
    expect(page).toMatch(/<body class="stale" data-source="wall\/board">/);
    expect(page).not.toContain('<nav');
    const fragment = await (await get('/wall/board')).text();
    expect(fragment.trim()).toMatch(/^<main\s+id="board"\s+class="wall"/);
    const text = fragment
      .replace(/<span class="if-stale">(<span[^>]*>[^<]*<\/span>)?[^<]*<\/span>/g, '')
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' ');
    expect(text).toMatch(/System Degraded 1 of 2 healthy Redis .* down at least \d s : &lt;img src=x onerror/);
    expect(text).toMatch(/Infrastructure 0\/1 Redis .* ✕ unhealthy unhealthy, down for at least \d s &lt;img src=x/);
    expect(text).toMatch(/Microservices 1\/1 \+ 1 healthy backend ✓ healthy $/i);
  });

  it('has a wall that shows at most 24 that are not healthy, and says how many more there are', async () => {
    const components = Array.from({ length: 400 }, (_, i) => makeTarget('http', { name: `c${i}`, url: 'http://x' }));
    board.prepare({ components, flapping: THRESHOLDS }).apply();
    components.forEach(({ name }, i) => board.apply(name, i < 36 ? down() : up()));
    board.publish(Date.now());
    const wall = async () => (await get('/wall/board')).text();
    expect((await wall()).match(/<li class="card unhealthy"/g)).toHaveLength(24);
    expect(await wall()).toContain('… and 12 more: <span class="if-live">12 unhealthy</span>');
    expect(await wall()).toContain('+ 364 healthy');
    // no screen could show their names
    expect(await wall()).toMatch(/class="wall counted"/);
    expect(await wall()).not.toContain('<li class="card healthy"');
    for (let i = 36; i < 120; i++) board.apply(`c${i}`, down());
    expect((await wall()).match(/<li class="card healthy"/g)).toHaveLength(280);
  });

  it('tells its script what to announce: causes that are down, and what can be neither', async () => {
    board.apply('redis', down('connection refused; is it running?'));
    board.apply('backend', down());
    board.publish(Date.now());
    for (const path of ['/board', '/wall/board']) {
      const [, alarms = ''] = /data-alarms="([^"]*)"/.exec(await (await get(path)).text()) ?? [];
      expect(JSON.parse(alarms.replaceAll('&quot;', '"'))).toEqual({
        failing: [
          {
            component: 'redis',
            status: 'unhealthy',
            text: 'Redis &lt;script&gt;alert(1)&lt;/script&gt; down: connection refused → backend',
          },
        ],
        open: ['backend'],
        flapping: [],
      });
    }
  });

  it.each([
    '/assets/board.css',
    '/assets/wall.css',
    '/assets/no-script.css',
    '/assets/icon.svg',
    '/assets/morphdom.js',
  ])('serves %s', async (path) => {
    expect((await get(path)).status).toBe(200);
  });

  it('allows pages of configured origins to read, and no other origin to write', async () => {
    const friend = await get('/api/v1/components', { origin: 'http://friend.example' });
    expect(friend.headers.get('access-control-allow-origin')).toBe('http://friend.example');
    const stranger = await get('/api/v1/components', { origin: 'http://evil.example' });
    expect(stranger.headers.get('access-control-allow-origin')).toBeNull();
    expect((await post('/api/v1/probe/redis', { origin: 'http://evil.example' })).status).toBe(403);
    expect((await post('/api/v1/probe/redis', { origin })).status).toBe(200);
    expect(probed).toEqual(['redis']);
  });

  it('responds to unknown addresses and malformed requests with a sentence', async () => {
    const missing = await get('/nothing');
    expect([missing.status, await missing.text()]).toEqual([404, expect.stringContaining('GET /nothing')]);
    const malformed = await get('/api/v1/components/%E0%A4%A');
    expect([malformed.status, await malformed.json()]).toEqual([400, { error: 'bad request' }]);
  });
});
