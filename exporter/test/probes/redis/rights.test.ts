import { startRedis, startRedisWith, type RunningServer } from '@onehertz/demo';
import type Redis from 'ioredis';
import { runOnce } from '../kit/helpers';
import { clientOf, probeOf, started } from './harness';

describe('a redis whose user may do little', () => {
  let server: RunningServer;
  let client: Redis;
  beforeEach(async () => {
    server = await started(startRedis());
    client = clientOf(server);
  });
  const urlOf = () => `redis://few:rights@127.0.0.1:${server.port}`;
  const grant = (...rules: string[]) => client.acl('SETUSER', 'few', 'reset', 'on', '>rights', ...rules);
  const denials = async () =>
    ((await client.acl('LOG')) as unknown[][]).reduce(
      (sum, entry) => sum + Number(entry[entry.indexOf('count') + 1]),
      0
    );

  it.each([
    ['nothing but PING', ['+ping'], 'healthy', 'answers PING; its user may not ask for INFO'],
    ['nothing but INFO', ['+info'], 'healthy', /used/],
    ['nothing at all', [], 'warning', /may not PING; allow it with ACL SETUSER/],
    [
      'PING and a key of its own',
      ['+ping', '+setrange', '~onehertz*'],
      'healthy',
      'serves; its user may not ask for INFO',
    ],
    ['what the documentation says', ['+ping', '+info', '+setrange', '+memory|usage', '~onehertz*'], 'healthy', /used/],
  ] as const)('%s: fills no ACL LOG', async (_, rules, status, message) => {
    await grant('+client|setname', ...rules);
    await client.acl('LOG', 'RESET');
    const probe = probeOf(urlOf());
    for (let i = 0; i < 20; i += 1) {
      const result = await runOnce(probe);
      expect(result).toMatchObject({ status, timedOut: false });
      expect(result.message).toMatch(message);
    }
    // each command once
    expect(await denials()).toBeLessThanOrEqual(4);
    const asked = /cmdstat_hello:calls=(\d+)/.exec(await client.info('commandstats'))?.[1] ?? '0';
    expect(Number(asked) > 0).toBe(!(rules as readonly string[]).includes('+info'));
  });

  it('asks again after a reload', async () => {
    await grant('+ping');
    const probe = probeOf(urlOf());
    expect((await runOnce(probe)).details).toBeUndefined();
    await client.acl('SETUSER', 'few', '+info');
    expect((await runOnce(probe)).details).toBeUndefined();
    probe.retryNow?.();
    expect((await runOnce(probe)).details).toMatchObject({ role: 'master' });
  });

  it('is told that writes are refused, by what it may ask', async () => {
    await grant('+ping', '+info');
    const probe = probeOf(urlOf());
    expect((await runOnce(probe)).status).toBe('healthy');
    await client.config('SET', 'min-replicas-to-write', '1');
    expect((await runOnce(probe)).message).toMatch(/^rejects writes: fewer replicas/);
    await client.config('SET', 'min-replicas-to-write', '0');
    await client.config('SET', 'maxmemory', '1');
    expect((await runOnce(probe)).message).toMatch(/^rejects writes: memory full/);
  });

  it('takes another answer for alive where PING or INFO has another name', async () => {
    const renamed = (command: string) =>
      started(startRedisWith({ name: 'redis', settings: ['save ""', `rename-command ${command} ""`] }));
    const [withoutPing, withoutInfo] = await Promise.all([renamed('PING'), renamed('INFO')]);
    const pinged = await runOnce(probeOf(withoutPing.url));
    expect(pinged).toMatchObject({ status: 'healthy', details: { role: 'master' } });
    const served = await runOnce(probeOf(withoutInfo.url));
    expect(served).toMatchObject({ status: 'healthy', message: 'serves; it does not support INFO' });
    expect(served.version).toMatch(/^\d+\./);
  });
});
