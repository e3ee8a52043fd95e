import { findProgram } from '@onehertz/demo';
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readdirSync } from 'node:fs';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Board } from '../../src/board/board';
import type { Format } from '../../src/outputs/metrics/exposition';
import { createMetrics, type Metrics } from '../../src/outputs/metrics/metrics';
import { createSelfStatistics } from '../../src/outputs/metrics/self';
import type { Target } from '../../src/probes';
import type { SafeText } from '../../src/text/safe-text';
import { applyTo, down, THRESHOLDS, up } from '../board/support';
import { makeTarget } from '../probes/kit/helpers';

const redis = (fields = {}) => makeTarget('redis', { url: 'redis://localhost', critical: true, ...fields });
const backend = (fields = {}) => makeTarget('http', { name: 'backend', url: 'http://localhost', ...fields });

describe('metrics', () => {
  let board: Board;
  let metrics: Metrics;

  beforeEach(() => {
    board = new Board(100);
    metrics = createMetrics({ board, self: createSelfStatistics(), version: '1.2.3' });
    configure(redis(), backend({ depends_on: ['redis'], labels: { region: 'eu' } }));
  });

  function configure(...components: Target[]): void {
    const config = { components, flapping: THRESHOLDS, histogram: true };
    applyTo(config, board, metrics);
  }

  const exposed = (format: Format) => text(Readable.from(metrics.expose(format).body));

  /** The samples of a series: its labels without those that all have → value. */
  async function samples(name: string): Promise<Record<string, number>> {
    const exposition = await exposed('prometheus');
    const found: Record<string, number> = {};
    for (const line of exposition.split('\n')) {
      const match = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line);
      if (match?.[1] === name) found[match[2] ?? ''] = Number(match[3]);
    }
    return found;
  }
  const REDIS = 'component="redis",kind="infrastructure",type="cache"';
  const BACKEND = 'component="backend",kind="microservice",type="service",region="eu"';

  it('has component_up only while something is known', async () => {
    expect(await samples('component_up')).toEqual({});
    board.apply('redis', up());
    board.apply('backend', down());
    expect(await samples('component_up')).toEqual({ [REDIS]: 1, [BACKEND]: 0 });
  });

  it('counts open file descriptors', async () => {
    const count = async () => (await samples('process_open_fds'))[''] ?? NaN;
    const before = await count();
    const files = Array.from({ length: 50 }, () => openSync('/dev/null', 'r'));
    const after = await count();
    files.forEach(closeSync);
    // others of this process may come and go meanwhile
    expect(Math.abs(after - before - files.length)).toBeLessThan(25);
    expect(Math.abs((await count()) - readdirSync('/proc/self/fd').length)).toBeLessThan(25);
  });

  it('has the same metrics in both formats, those of the event loop too', async () => {
    const families = async (format: Format) =>
      [...(await exposed(format)).matchAll(/^# TYPE (\w+) /gm)].map(([, name]) => name?.replace(/_total$/, '')).sort();
    const names = await families('openmetrics');
    expect(names).toEqual(await families('prometheus'));
    expect(names).toContain('nodejs_eventloop_lag_p99_seconds');
    for (const format of ['openmetrics', 'prometheus'] as const)
      expect(await exposed(format)).toMatch(/^nodejs_eventloop_lag_seconds \d/m);
  });

  it('has the status as a state set', async () => {
    board.apply('redis', up({ status: 'degraded' }));
    expect(await samples('component_status')).toMatchObject({
      [`${REDIS},status="healthy"`]: 0,
      [`${REDIS},status="degraded"`]: 1,
      [`${REDIS},status="warning"`]: 0,
      [`${REDIS},status="unhealthy"`]: 0,
      [`${REDIS},status="unknown"`]: 0,
      [`${BACKEND},status="unknown"`]: 1,
    });
  });

  it('counts changes and probes, so that what falls between two scrapes is still seen', async () => {
    for (const result of [up(), down(), up()]) board.apply('redis', result);
    expect((await samples('component_status_changes_total'))[REDIS]).toBe(3);
    expect(await samples('component_probes_total')).toMatchObject({
      [`${REDIS},result="success"`]: 2,
      [`${REDIS},result="failure"`]: 1,
      [`${REDIS},result="timeout"`]: 0,
    });
    expect((await samples('component_probe_duration_seconds_count'))[REDIS]).toBe(3);
  });

  it('counts ups and downs apart from words, and has the reason while it is down', async () => {
    for (const result of [
      up(),
      up({ status: 'degraded' }),
      up({ status: 'warning' }),
      up(),
      up({ status: 'degraded' }),
    ])
      board.apply('redis', result);
    expect((await samples('component_status_changes_total'))[REDIS]).toBe(5);
    expect((await samples('component_up_changes_total'))[REDIS]).toBe(0);
    expect(await samples('component_failure_reason')).toEqual({});
    board.apply('redis', { ...down(), reason: 'refused' });
    expect(await samples('component_failure_reason')).toEqual({ [`${REDIS},reason="refused"`]: 1 });
    board.apply('redis', { ...down(), reason: 'timeout' });
    expect(await samples('component_failure_reason')).toEqual({ [`${REDIS},reason="timeout"`]: 1 });
    board.apply('redis', up());
    expect(await samples('component_failure_reason')).toEqual({});
    expect((await samples('component_up_changes_total'))[REDIS]).toBe(2);
  });

  it('counts the same at every scrape', async () => {
    board.apply('redis', up());
    await exposed('prometheus');
    await exposed('openmetrics');
    expect((await samples('component_status_changes_total'))[REDIS]).toBe(1);
  });

  it('makes few series of a version that is another one each time, and forgets none over a reload', async () => {
    const seen = new Set<string>();
    for (let i = 0; i < 60; i++) {
      board.apply('redis', up({ version: `7.0.${i}` as SafeText }));
      if (i === 30) configure(redis(), backend());
      for (const labels of Object.keys(await samples('component_info')))
        if (labels.startsWith(REDIS)) seen.add(/version="([^"]*)"/.exec(labels)?.[1] ?? '');
    }
    expect(seen.size).toBe(21);
    expect(seen.has('')).toBe(true);
  });

  it('has type-specific gauges, info and dependencies', async () => {
    board.apply('redis', up({ version: '7.0.15', gauges: [{ name: 'component_redis_memory_bytes', value: 1024 }] }));
    expect(await samples('component_redis_memory_bytes')).toEqual({ [REDIS]: 1024 });
    expect(await samples('component_info')).toMatchObject({
      [`${REDIS},version="7.0.15",display_name="redis",critical="true",probe="redis"`]: 1,
    });
    expect(await samples('component_depends_on')).toEqual({ [`${BACKEND},depends_on="redis"`]: 1 });
  });

  it('says whether a failure follows from that of a dependency, and nothing where nobody can know', async () => {
    configure(redis(), backend({ depends_on: ['redis', 'elsewhere'], labels: { region: 'eu' } }));
    const judged = async () => {
      const found = Object.entries(await samples('component_consequence_of'));
      return Object.fromEntries(
        found.map(([labels, value]) => [/depends_on="(.*)"/.exec(labels)?.[1] ?? labels, value])
      );
    };
    board.apply('redis', down());
    board.apply('backend', up());
    expect(await judged()).toEqual({});
    board.apply('backend', down('HTTP 503'));
    expect(await judged()).toEqual({ redis: 1 });
    // nothing beneath it, here or elsewhere, closes its port
    board.apply('backend', { ...down('connection refused'), reason: 'refused' });
    expect(await judged()).toEqual({ redis: 0, elsewhere: 0 });
    board.apply('redis', up());
    expect(await judged()).toEqual({ redis: 0, elsewhere: 0 });
    board.apply('backend', { ...down('no answer'), reason: 'timeout' });
    expect(await judged()).toEqual({});
  });

  it('drops the series of removed components, keeps the counts of those that stay', async () => {
    board.apply('redis', up());
    board.apply('backend', up());
    configure(redis());
    expect(Object.keys(await samples('component_up'))).toEqual([REDIS]);
    expect(Object.keys(await samples('component_probe_duration_seconds_count'))).not.toContain(BACKEND);
    expect((await samples('component_status_changes_total'))[REDIS]).toBe(1);
  });

  it('takes new labels at a reload', async () => {
    configure(redis({ labels: { zone: 'b' } }), backend());
    board.apply('redis', up());
    expect(await samples('component_up')).toEqual({ [`${REDIS},zone="b"`]: 1 });
  });

  it('is what promtool calls valid', async () => {
    board.apply('redis', up());
    board.apply('backend', down('a "quoted" \\ reason\nin two lines'));
    const exposition = await exposed('prometheus');
    expect(metrics.expose('prometheus').contentType).toContain('version=0.0.4');
    const promtool = findProgram('promtool') ?? 'promtool is not installed';
    const check = spawnSync(promtool, ['check', 'metrics'], { input: exposition, encoding: 'utf8' });
    const ours = check.stderr.split('\n').filter((line) => /^(component|onehertz)_/.test(line));
    expect(ours).toEqual([]);
    // prom-client's own process metrics have names that promtool's linter does not like; exit 3 is lint, 1 is a parse error
    expect([0, 3]).toContain(check.status);
  });

  it('is OpenMetrics on request: one document that ends with # EOF', async () => {
    board.apply('redis', up());
    const exposition = await exposed('openmetrics');
    expect(metrics.expose('openmetrics').contentType).toContain('application/openmetrics-text');
    expect(exposition.match(/# EOF/g)).toHaveLength(1);
    expect(exposition.endsWith('# EOF\n')).toBe(true);
    expect(exposition).toContain('# TYPE component_status_changes counter');
    expect(exposition).toContain(`component_status_changes_total{${REDIS}} 1`);
    expect(exposition).not.toMatch(/\n\n/);
  });
});
