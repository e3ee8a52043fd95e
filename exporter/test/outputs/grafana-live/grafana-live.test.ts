import { waitFor } from '@onehertz/demo';
import type { FrameJson } from '@onehertz/preview/live/frames';
import type { GrafanaLiveConfig } from '../../../src/config/grafana-live';
import { tlsSchema } from '../../../src/fields/tls';
import { down, up } from '../../board/support';
import { makeFolder } from '../../config/helpers';
import { makeAuthority, makeCertificate, type Certificate } from '../../http/certificates';
import { expectSockets, openSockets } from '../../probes/kit/helpers';
import { run, settings, type Running } from './support/live';
import { startLiveEndpoint, type LiveEndpoint } from './support/live-endpoint';

const COMPONENTS = 'stream/onehertz/components';
const HISTORY = 'stream/onehertz/history';
const SUMMARY = 'stream/onehertz/summary';
const EVENTS = 'stream/onehertz/events';

const column = (frame: FrameJson | undefined, name: string) =>
  frame?.data.values[frame.schema.fields.findIndex((field) => field.name === name)];

describe.each(['http', 'websocket'] as const)('over %s', (transport) => {
  let grafana: LiveEndpoint;
  let token: string;
  let running: Running;

  beforeEach(async () => {
    grafana = await startLiveEndpoint();
    token = grafana.accounts.grant('Editor');
    running = await run(settings(grafana.url, { transport, token }));
  });
  afterEach(async () => {
    await running.live.close();
    await grafana.close();
  });

  const taken = (count: number) =>
    waitFor(() => grafana.pushes.length >= count, { timeoutMs: 5000, what: `${count} pushes` });

  it('pushes one frame per channel and tick, over one connection', async () => {
    for (let i = 1; i <= 5; i++) {
      const at = running.tick();
      await taken(i);
      const push = grafana.pushes[i - 1];
      expect([...(push?.frames.keys() ?? [])]).toEqual([COMPONENTS, ...(i === 1 ? [HISTORY] : []), SUMMARY]);
      expect(new Set(column(push?.frames.get(COMPONENTS), 'time'))).toEqual(new Set([at]));
    }
    expect(grafana.channel(COMPONENTS)[0]?.data.values[0]).toHaveLength(running.board.size);
    expect(grafana.connections).toBe(1);
    expect(grafana.userAgent).toBe('onehertz/1.2.3');
    expect(grafana.unreadable).toEqual([]);
    await waitFor(async () => (await running.metric('onehertz_live_push_total'))['result="success"'] === 5, {
      timeoutMs: 1000,
      what: 'the metric',
    });
    const bytes = grafana.pushes.reduce((sum, push) => sum + push.bytes, 0);
    expect(await running.metric('onehertz_live_push_bytes_total')).toEqual({ '': bytes });
    expect(await running.metric('onehertz_live_push_duration_seconds_count')).toEqual({ '': 5 });
  });

  it('pushes an event immediately, with the row of the component that changed', async () => {
    running.tick();
    await taken(1);
    const before = Date.now();
    running.board.apply('postgresql', down('the server is gone'));
    await taken(2);
    expect([...(grafana.pushes[1]?.frames.keys() ?? [])]).toEqual([COMPONENTS, EVENTS]);
    const [tick, change] = grafana.channel(COMPONENTS);
    expect(change?.schema).toEqual(tick?.schema);
    expect(change?.data.values[0]).toEqual([tick?.data.values[0]?.[0]]);
    expect([column(change, 'status'), column(change, 'error')]).toEqual([['unhealthy'], ['the server is gone']]);
    const [event] = grafana.channel(EVENTS);
    expect([column(event, 'component'), column(event, 'from'), column(event, 'to'), column(event, 'reason')]).toEqual([
      ['postgresql'],
      ['healthy'],
      ['unhealthy'],
      ['the server is gone'],
    ]);
    expect(column(event, 'time')?.[0]).toBeGreaterThanOrEqual(before);
  });

  it('takes the first status of a component for no event', async () => {
    running.board.apply('never-probed', up());
    running.tick();
    await taken(1);
    expect([...(grafana.pushes[0]?.frames.keys() ?? [])]).toEqual([COMPONENTS, HISTORY, SUMMARY]);
    running.board.apply('never-probed', down());
    await taken(2);
    expect(grafana.channel(EVENTS).map((frame) => [column(frame, 'from'), column(frame, 'to')])).toEqual([
      [['healthy'], ['unhealthy']],
    ]);
  });

  it('has at most one push in progress; the newest waiting tick wins, and no event is lost', async () => {
    grafana.faults.delayMs = 150;
    running.tick();
    for (let i = 0; i < 20; i++) {
      running.board.apply('redis', i % 2 ? down(`refused ${i}`) : up());
      running.tick();
    }
    const last = running.tick();
    await taken(2);
    expect(grafana.mostAtOnce).toBe(1);
    expect(new Set(column(grafana.channel(COMPONENTS).at(-1), 'time'))).toEqual(new Set([last]));
    expect(grafana.pushes).toHaveLength(2);
    expect(grafana.channel(EVENTS).flatMap((frame) => column(frame, 'component') ?? [])).toHaveLength(20);
    expect(await running.metric('onehertz_live_ticks_superseded_total')).toEqual({ '': 20 });
  });

  it('keeps the connection after a reload without changes, and uses new settings after one with changes', async () => {
    running.tick();
    await taken(1);
    await running.live.prepare(settings(grafana.url, { transport, token })).apply();
    running.tick();
    await taken(2);
    expect(grafana.connections).toBe(1);
    await running.live.prepare(settings(grafana.url, { transport, token, stream_id: 'other' })).apply();
    running.tick();
    await taken(3);
    expect(grafana.pushes.at(-1)?.streamId).toBe('other');
    expect(grafana.connections).toBe(2);
    await running.live.prepare(undefined).apply();
    running.tick();
    running.board.apply('redis', up());
    await running.live.prepare(settings(grafana.url, { transport, token, stream_id: 'third' })).apply();
    running.tick();
    await taken(4);
    expect(grafana.pushes.map(({ streamId }) => streamId)).toEqual(['onehertz', 'onehertz', 'other', 'third']);
    expect(grafana.channel('stream/third/events')).toEqual([]);
  });

  it('closes immediately while Grafana does not respond, and leaves no socket behind', async () => {
    const before = openSockets();
    const other = await run(settings(grafana.url, { transport, token }));
    grafana.faults.delayMs = 60_000;
    other.tick();
    await waitFor(() => grafana.attempts > 0 && grafana.connections > 0, { timeoutMs: 5000, what: 'the push' });
    const started = performance.now();
    await other.live.close();
    other.tick();
    expect(performance.now() - started).toBeLessThan(500);
    await expectSockets(before);
    expect(other.log()).toEqual([]);
  });

  it('works below a sub-path, with or without a slash at its end', async () => {
    const below = await startLiveEndpoint({ basePath: '/grafana' });
    const editor = below.accounts.grant('Editor');
    for (const slash of ['', '/']) {
      const other = await run(settings(`${below.url}${slash}`, { transport, token: editor }));
      const before = below.pushes.length;
      other.tick();
      await waitFor(() => below.pushes.length > before, { timeoutMs: 5000, what: 'a push' });
      await other.live.close();
    }
    await below.close();
  });
});

describe('over TLS', () => {
  const folder = makeFolder();
  let ca: Certificate;
  let client: Certificate;
  let grafana: LiveEndpoint;
  let mutual: LiveEndpoint;

  beforeAll(async () => {
    ca = makeAuthority(folder, 'ca');
    client = makeCertificate(folder, 'client', ca);
    const { cert, key } = makeCertificate(folder, 'grafana', ca, 'DNS:grafana.example');
    grafana = await startLiveEndpoint({ tls: { cert, key } });
    mutual = await startLiveEndpoint({ tls: { cert, key, ca: ca.cert, requestCert: true } });
  });
  afterAll(async () => {
    await grafana.close();
    await mutual.close();
    folder.remove();
  });

  const pushed = async (to: LiveEndpoint, config: GrafanaLiveConfig) => {
    const before = to.pushes.length;
    const running = await run(config);
    running.tick();
    await waitFor(() => to.pushes.length > before, { timeoutMs: 5000, what: 'a push' });
    await running.live.close();
  };
  const refusal = async (config: GrafanaLiveConfig) => {
    const running = await run(config);
    running.tick();
    await waitFor(() => running.log().length > 0, { timeoutMs: 5000, what: 'the refusal' });
    await running.live.close();
    return running.log()[0]?.['msg'];
  };
  const TRANSPORTS = ['http', 'websocket'] as const;

  it.each(TRANSPORTS)('%s: wants a good certificate, unless told otherwise', async (transport) => {
    const config = settings(grafana.url, { transport, token: grafana.accounts.grant('Editor') });
    const before = grafana.attempts;
    expect(await refusal(config)).toMatch(/TLS certificate is not signed by a known authority; set tls\.ca_file/);
    expect(await refusal({ ...config, tls: tlsSchema.parse({ ca: ca.cert }) })).toMatch(/for another host name/);
    expect(grafana.attempts).toBe(before);
    await pushed(grafana, { ...config, tls_insecure: true });
    await pushed(grafana, { ...config, tls: tlsSchema.parse({ ca: ca.cert, server_name: 'grafana.example' }) });
  });

  it.each(TRANSPORTS)('%s: shows the certificate that it was given', async (transport) => {
    const config = settings(mutual.url, { transport, token: mutual.accounts.grant('Editor') });
    const trust = { ca: ca.cert, server_name: 'grafana.example' };
    expect(await refusal({ ...config, tls: tlsSchema.parse(trust) })).toMatch(/client cert/);
    const { cert, key } = client;
    await pushed(mutual, { ...config, tls: tlsSchema.parse({ ...trust, cert, key }) });
  });
});

it('splits what is longer than a WebSocket message, so that Grafana accepts it', async () => {
  const grafana = await startLiveEndpoint();
  const running = await run(settings(grafana.url, { transport: 'websocket', token: grafana.accounts.grant('Editor') }));
  // longer than a probe may make them
  const long = 'x'.repeat(300_000);
  for (const name of ['postgresql', 'redis', 'celery', 'odd'])
    running.board.apply(name, { ...up(), details: { long } });
  const at = running.tick();
  const rows = () => grafana.channel(COMPONENTS).flatMap((frame) => column(frame, 'time') ?? []);
  const ofTick = () => rows().filter((time) => time === at).length;
  await waitFor(() => ofTick() >= running.board.size, { timeoutMs: 5000, what: 'the parts' });
  expect(ofTick()).toBe(running.board.size);
  expect(grafana.pushes.length).toBeGreaterThanOrEqual(4);
  expect(Math.max(...grafana.pushes.map(({ bytes }) => bytes))).toBeLessThanOrEqual(1_048_576);
  const pushed = () => running.metric('onehertz_live_push_total');
  // the exporter is notified a moment later
  await waitFor(async () => (await pushed())['result="success"'], { timeoutMs: 5000, what: 'the confirmation' });
  // one push, or two if the changes preceded the tick; none was rejected
  const { 'result="success"': succeeded = 0, ...others } = await pushed();
  expect([1, 2]).toContain(succeeded);
  expect(Object.values(others).every((count) => count === 0)).toBe(true);
  expect(grafana.connections).toBe(1);
  await running.live.close();
  await grafana.close();
});

it('has no metrics unless it is used', async () => {
  const running = await run(undefined);
  running.tick();
  expect(await running.metric('onehertz_live')).toEqual({});
  await running.live.close();
});
