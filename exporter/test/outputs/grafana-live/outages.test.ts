import { waitFor } from '@onehertz/demo';
import { setTimeout as delay } from 'node:timers/promises';
import { down, up } from '../../board/support';
import { run, settings, type Running } from './support/live';
import { startLiveEndpoint, type Faults, type LiveEndpoint } from './support/live-endpoint';

const COMPONENTS = 'stream/onehertz/components';

let grafana: LiveEndpoint;
let token: string;
let running: Running;

async function start(transport: 'http' | 'websocket', timeout = 5000): Promise<void> {
  grafana = await startLiveEndpoint();
  token = grafana.accounts.grant('Editor');
  running = await run(settings(grafana.url, { transport, token, timeout }));
}
afterEach(async () => {
  await running.live.close();
  await grafana.close();
});

const pushesBy = (result: string) =>
  running.metric('onehertz_live_push_total').then((samples) => samples[`result="${result}"`] ?? 0);

/** A round, and the result of its push. */
async function tickUntil(result: 'success' | 'failure' | 'refused' | 'timeout'): Promise<number> {
  const before = await pushesBy(result);
  const at = running.tick();
  await waitFor(async () => (await pushesBy(result)) > before, { timeoutMs: 5000, what: `a push with ${result}` });
  return at;
}

const times = () => grafana.channel(COMPONENTS).map((frame) => frame.data.values[1]?.[0]);
const eventIds = () =>
  grafana.channel('stream/onehertz/events').flatMap(({ schema, data }) => {
    return data.values[schema.fields.findIndex(({ name }) => name === 'id')] ?? [];
  });

describe.each(['http', 'websocket'] as const)('over %s', (transport) => {
  it.each<[string, Faults | 'down', 'failure' | 'refused' | 'timeout']>([
    ['is down', 'down', 'failure'],
    ['answers 500', { status: 500 }, 'failure'],
    ['answers 503', { status: 503 }, 'failure'],
    ['cuts the connection', { cut: true }, 'failure'],
    ['does not answer', { delayMs: 60_000 }, 'timeout'],
    ['answers 403', { status: 403 }, 'refused'],
  ])('Grafana %s: logs it once, keeps the events, and resumes at the next tick', async (_, faults, result) => {
    await start(transport, 1000);
    const first = await tickUntil('success');
    if (faults === 'down') await grafana.down();
    else grafana.faults = faults;
    // an open WebSocket gets no status
    if (grafana.faults.status)
      await running.live.prepare(settings(grafana.url, { transport, token, timeout: 1001 })).apply();

    await tickUntil(result);
    for (let i = 0; i < 3; i++) {
      running.board.apply('redis', i % 2 ? down() : up());
      running.tick();
    }
    if (faults === 'down') await grafana.up();
    grafana.faults = {};
    // ticks are faster here than once a second: those in the pause after a rejection are dropped
    await waitFor(
      () => {
        running.tick();
        return eventIds().length >= 3;
      },
      { timeoutMs: 5000, everyMs: 100, what: 'the events' }
    );
    await waitFor(() => running.log().length >= 2, { timeoutMs: 1000, what: 'the log' });

    expect(times()[0]).toBe(first);
    // failed ticks are not sent again, only the newest
    expect(times()[1]).toBeGreaterThan(first + 1000);
    expect(eventIds()).toEqual([5, 6, 7]);
    const messages = running.log();
    expect(messages.filter(({ level }) => level === 40)).toHaveLength(1);
    expect(messages.at(-1)?.['msg']).toBe('pushes to Grafana Live work again');
    expect(await running.metric('onehertz_live_events_dropped_total')).toEqual({ '': 0 });
  });

  it('a slow Grafana gets the newest tick each time it is ready', async () => {
    await start(transport);
    grafana.faults.delayMs = 200;
    for (let i = 0; i < 20; i++) {
      running.tick();
      await delay(50);
    }
    const last = running.tick();
    await waitFor(() => times().at(-1) === last, { timeoutMs: 5000, what: 'the newest tick' });
    expect(grafana.mostAtOnce).toBe(1);
    expect(grafana.pushes.length).toBeLessThan(10);
    expect(times()).toEqual([...times()].sort());
    expect(running.log()).toEqual([]);
    const superseded = (await running.metric('onehertz_live_ticks_superseded_total'))[''] ?? 0;
    expect(superseded + grafana.pushes.length).toBe(21);
  });
});

it('keeps the newest thousand events of a long outage, and counts the dropped ones', async () => {
  await start('http');
  await grafana.down();
  for (let i = 0; i < 1500; i++) running.board.apply('redis', i % 2 ? down() : up());
  await tickUntil('failure');
  expect(await running.metric('onehertz_live_events_dropped_total')).toEqual({ '': 500 });
  await grafana.up();
  await tickUntil('success');
  const ids = eventIds();
  expect(ids).toHaveLength(1000);
  expect([ids[0], ids.at(-1)]).toEqual([505, 1504]);
  await tickUntil('success');
  expect(eventIds()).toHaveLength(1000);
});

describe('rejections name what to change', () => {
  it.each<[number, RegExp]>([
    [302, /grafana_live\.url/],
    [400, /grafana_live\.stream_id/],
    [401, /revoked.*grafana_live\.token.*Editor/],
    [403, /live:push.*Editor.*grafana_live\.token/],
    [404, /grafana_live\.url.*sub-path/],
    [413, /client_max_body_size/],
  ])('%d', async (status, advice) => {
    await start('http');
    grafana.faults.status = status;
    await tickUntil('refused');
    // immediately again: nothing is sent before the pause is over
    for (let i = 0; i < 5; i++) running.tick();
    running.board.apply('redis', up());
    expect(grafana.attempts).toBe(1);
    const [line, ...more] = running.log();
    expect(more).toEqual([]);
    expect(line?.['msg']).toMatch(advice);
    expect(line?.['msg']).toContain(`${grafana.url}/api/live/push/onehertz answered ${status}`);
    expect(running.logText()).not.toContain(token);
  });

  it('a token without the permission, over HTTP', async () => {
    await start('http');
    await running.live.prepare(settings(grafana.url, { token: grafana.accounts.grant('Viewer') })).apply();
    await tickUntil('refused');
    expect(running.log()[0]?.['msg']).toMatch(/answered 403 \("Permission denied"\).*live:push/);
  });

  it('a WebSocket that requires an administrator', async () => {
    await start('websocket');
    grafana.webSocketRole = 'Admin';
    await tickUntil('refused');
    expect(running.log()[0]?.['msg']).toMatch(/403.*transport: http/);
  });
});
