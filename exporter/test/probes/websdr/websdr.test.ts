import type { RunningServer } from '@onehertz/demo';
import { getEventListeners } from 'node:events';
import { parseKiwiSdr, parseOpenWebRx, parseOpenWebRxUsers } from '../../../src/probes/websdr/formats';
import { asking, itSurvivesOverHttp, type LocalServer, serve, startService } from '../http/support';
import { listenGarbage, runOnce } from '../kit/helpers';

const { create, probeOnce } = asking('websdr');

describe('a receiver in a process of its own', () => {
  let service: RunningServer;
  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service?.stop());

  itSurvivesOverHttp({
    service: () => service,
    create: () => create(`${service.url}/kiwi`, { software: 'kiwisdr' }),
  });

  it('OpenWebRX, whose listeners stand elsewhere', async () => {
    expect(await probeOnce(`${service.url}/openwebrx`)).toMatchObject({
      status: 'healthy',
      message: '7 of 20 listeners',
      version: '1.2.2',
      details: {
        software: 'OpenWebRX',
        users: 7,
        users_max: 20,
        receiver_name: 'Giaveno VHF',
        location: 'Giaveno, Italy',
      },
      gauges: [
        { name: 'component_websdr_users', value: 7 },
        { name: 'component_websdr_users_max', value: 20 },
      ],
    });
  });

  it('leaves one listener on the signal of all runs, also where it asks twice', async () => {
    const probe = create(`${service.url}/openwebrx`);
    const { signal } = new AbortController();
    for (let run = 0; run < 3; run++) expect(await probe.run(signal)).toMatchObject({ details: { users: 7 } });
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    await probe.close();
  });

  it('KiwiSDR', async () => {
    expect(await probeOnce(`${service.url}/kiwi`, { display_name: 'Torino HF' })).toMatchObject({
      status: 'healthy',
      message: '3 of 4 listeners',
      version: '1.690',
      details: { software: 'KiwiSDR', users: 3, users_max: 4, location: 'Torino' },
    });
  });

  it('anything that answers', async () => {
    const result = await probeOnce(`${service.url}/plain`);
    expect(result).toMatchObject({ status: 'healthy', message: 'online', details: {}, gauges: [] });
  });

  it('the address of a status page will do as well', async () => {
    expect(await probeOnce(`${service.url}/openwebrx/status.json`)).toMatchObject({ details: { users: 7 } });
    expect(await probeOnce(`${service.url}/kiwi/status`)).toMatchObject({ details: { users: 3 } });
  });

  it('says what is wrong', async () => {
    expect((await probeOnce(`${service.url}/nope`)).error).toBe('HTTP 404 Not Found; is /nope/ the right path?');
    expect((await probeOnce(`${service.url}/kiwi`, { software: 'openwebrx' })).error).toBe(
      'HTTP 404 Not Found; is /kiwi/status.json the right path?'
    );
    const garbage = await listenGarbage();
    expect((await probeOnce(`http://127.0.0.1:${garbage.port}`)).error).toMatch(
      /^its answer is not HTTP; is it the right port\?$/
    );
    await garbage.close();
  });
});

describe('detection', () => {
  let server: LocalServer | undefined;
  afterEach(() => server?.close());
  const OPENWEBRX = JSON.stringify({ receiver: {}, clients: 1, max_clients: 2 });
  const KIWI = 'status=active\noffline=no\nusers=4\nusers_max=4\nsw_version=KiwiSDR_v1.2\n';

  /** A receiver whose pages can be exchanged. */
  async function receiver(pages: Record<string, string>) {
    server = await serve((request, response) => {
      const page = pages[request.url ?? ''];
      response.writeHead(page === undefined ? 404 : 200).end(page);
    });
    return server;
  }

  it('is done once', async () => {
    const { url, paths } = await receiver({ '/status': KIWI, '/': 'hello' });
    const probe = create(url);
    for (let i = 0; i < 3; i += 1) expect(await runOnce(probe)).toMatchObject({ message: '4 of 4 listeners, full' });
    expect(paths).toEqual(['/status.json', '/status', '/status', '/status']);
    await probe.close();
  });

  it('is done again in the same run when it answers as something else', async () => {
    const pages: Record<string, string> = { '/status': KIWI, '/': 'hello' };
    const { url, paths } = await receiver(pages);
    const probe = create(url);
    await runOnce(probe);
    delete pages['/status'];
    pages['/status.json'] = OPENWEBRX;
    paths.length = 0;
    expect(await runOnce(probe)).toMatchObject({ message: '1 of 2 listeners', details: { software: 'OpenWebRX' } });
    expect(await runOnce(probe)).toMatchObject({ message: '1 of 2 listeners' });
    expect(paths).toEqual(['/status', '/status.json', '/status.json']);
    await probe.close();
  });

  it('is done again after a failure', async () => {
    const pages: Record<string, string> = { '/': 'hello' };
    const { url, paths } = await receiver(pages);
    const probe = create(url);
    expect(await runOnce(probe)).toMatchObject({ status: 'healthy', details: {} });
    delete pages['/'];
    expect(await runOnce(probe)).toMatchObject({
      status: 'unhealthy',
      error: 'HTTP 404 Not Found; is / the right path?',
    });
    pages['/status.json'] = OPENWEBRX;
    paths.length = 0;
    expect(await runOnce(probe)).toMatchObject({ status: 'healthy', details: { software: 'OpenWebRX' } });
    expect(paths).toEqual(['/status.json']);
    await probe.close();
  });

  it('asks for the number of listeners no more where there is none', async () => {
    const { url, paths } = await receiver({ '/status.json': '{"receiver":{}}' });
    const probe = create(url);
    for (let i = 0; i < 3; i += 1) expect(await runOnce(probe)).toMatchObject({ status: 'healthy', message: 'online' });
    expect(paths).toEqual(['/status.json', '/metrics.json', '/status.json', '/status.json']);
    await probe.close();
  });

  it('does not call a receiver dead that hides its number of listeners', async () => {
    server = await serve((request, response) => {
      if (request.url === '/status.json') response.end('{"receiver":{},"max_clients":5}');
    });
    const result = await probeOnce(server.url, { timeout: '800ms' });
    expect(result).toMatchObject({ status: 'healthy', details: { users_max: 5 }, timedOut: false });
    expect(result.details).not.toHaveProperty('users');
  });

  it('a receiver that says that it is offline is down', async () => {
    const { url } = await receiver({ '/status': KIWI.replace('offline=no', 'offline=yes') });
    expect(await probeOnce(url)).toMatchObject({
      status: 'unhealthy',
      error: 'KiwiSDR answers, but reports that it is offline',
      details: { users: 4 },
    });
  });

  it('a redirect is not followed', async () => {
    server = await serve((_request, response) => response.writeHead(301, { location: '/x' }).end());
    expect((await probeOnce(server.url)).error).toMatch(
      /HTTP 301 Moved Permanently to \/x; redirects are not followed, set the url/
    );
  });

  it('a page of 64 KiB and more', async () => {
    server = await serve((_request, response) => response.end('x'.repeat(70_000)));
    expect(await probeOnce(server.url)).toMatchObject({ status: 'healthy', message: 'online' });
    expect((await probeOnce(server.url, { software: 'openwebrx' })).error).toMatch(/not the answer of OpenWebRX/);
  });
});

describe('formats', () => {
  it('OpenWebRX', () => {
    expect(
      parseOpenWebRx('{"receiver":{"name":"A","location":"B"},"clients":"2","max_clients":10,"sw_version":"v0.20"}')
    ).toEqual({
      software: 'OpenWebRX',
      version: '0.20',
      users: 2,
      usersMax: 10,
      name: 'A',
      location: 'B',
      offline: false,
    });
    for (const other of ['', '[]', '{}', '{"receiver":1}', '<html>', 'null'])
      expect(parseOpenWebRx(other)).toBeUndefined();
    expect(parseOpenWebRxUsers('{"openwebrx":{"users":{"value":3}}}')).toBe(3);
    expect(parseOpenWebRxUsers('{"openwebrx":{"users":-1}}')).toBeUndefined();
    expect(parseOpenWebRxUsers('nothing')).toBeUndefined();
  });

  it('KiwiSDR, and the first OpenWebRX', () => {
    expect(
      parseKiwiSdr('status=active\r\nusers=0\r\nusers_max=8\r\nsw_version=KiwiSDR_v1.550\r\nname=a=b\r\n')
    ).toMatchObject({
      software: 'KiwiSDR',
      version: '1.550',
      users: 0,
      usersMax: 8,
      name: 'a=b',
      offline: false,
    });
    expect(parseKiwiSdr('status=private\nname=x\nop_email=y\nusers=1\nsw_version=OpenWebRX_v0.17')).toMatchObject({
      software: 'OpenWebRX',
      version: '0.17',
    });
    expect(parseKiwiSdr('status=offline\nusers=x\nsdr_hw=KiwiSDR v1\n')).toMatchObject({
      offline: true,
      users: undefined,
    });
    for (const other of ['', 'status=active', '<a href="x=y">', '{"status":1}'])
      expect(parseKiwiSdr(other)).toBeUndefined();
  });
});
