/** A component whose probe cannot be made: it says why, and works when the cause is gone. */
import { PROBES, createProbe, type Target } from '../../src/probes';
import type { Probe } from '../../src/probes/probe';
import { makeTarget, recordingLog, silentContext } from './kit/helpers';

const tcp = PROBES.find(({ name }) => name === 'tcp')!;
const target: Target = makeTarget('tcp', { address: '127.0.0.1:1', send: 'AUTH hunter2hunter2' });
const { signal } = new AbortController();
const working: Probe = { run: () => Promise.resolve({ status: 'healthy' }), close: () => Promise.resolve() };

afterEach(() => jest.restoreAllMocks());

test.each<[string, () => ReturnType<typeof tcp.load>]>([
  [
    'whose client library cannot be loaded',
    () => {
      throw new Error("Cannot find module 'hunter2hunter2'");
    },
  ],
  [
    'whose factory throws',
    () => ({
      create: () => {
        throw new Error('bad hunter2hunter2');
      },
    }),
  ],
])('one %s is unhealthy, and tried again at a reload', async (_, load) => {
  const log = recordingLog();
  const loads = jest.spyOn(tcp, 'load').mockImplementation(load);
  const probe = createProbe(target, { log: log.log });
  const changes: string[] = [];
  probe.onConnectionChange?.(() => void changes.push('changed'));
  const result = await probe.run(signal);
  expect(result).toMatchObject({
    status: 'unhealthy',
    error: expect.stringMatching(/^no probe can be made with its settings: .*\*\*\*/) as string,
  });
  expect(log.text()).toContain('no probe can be made');
  expect(JSON.stringify(result) + log.text()).not.toContain('hunter2');

  probe.retryNow?.();
  expect(await probe.run(signal)).toEqual(result);
  expect(changes).toEqual([]);
  loads.mockReturnValue({ create: () => working });
  probe.retryNow?.();
  expect(changes).toEqual(['changed']);
  expect(await probe.run(signal)).toMatchObject({ status: 'healthy' });
  await probe.close();
});

test('one that cannot try again at once does not stop a reload', () => {
  const retryNow = () => {
    throw new Error('no');
  };
  jest.spyOn(tcp, 'load').mockReturnValue({ create: () => ({ ...working, retryNow }) });
  expect(() => createProbe(target, silentContext()).retryNow?.()).not.toThrow();
});
