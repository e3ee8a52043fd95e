/** What other workspaces may count on: the names of the public face, and, checked by the compiler, their types. */
import { expectTypeOf } from 'expect-type';
import * as face from '../src';
import type { Exporter, LoadResult, Probe, ProbeName, ProbeResult, Target } from '../src';

test('has these names: one more or less is a decision', () => {
  expect(Object.keys(face).sort()).toEqual([
    'POSTGRESQL_FIGURES',
    'PROBES',
    'PROBE_NAMES',
    'createExporter',
    'createLog',
    'createTicker',
    'formatProblems',
    'loadConfig',
    'postgresqlStatement',
    'safeResult',
  ]);
});

test('a configuration is loaded or has problems, and no third thing', () => {
  expectTypeOf(face.loadConfig).parameter(0).toEqualTypeOf<string>();
  expectTypeOf(face.loadConfig).returns.resolves.toEqualTypeOf<LoadResult>();
  expectTypeOf<LoadResult['ok']>().toEqualTypeOf<boolean>();
  type Good = Extract<LoadResult, { ok: true }>;
  type Bad = Extract<LoadResult, { ok: false }>;
  expectTypeOf<Good>().not.toHaveProperty('problems');
  expectTypeOf<Bad>().not.toHaveProperty('config');
  expectTypeOf<Bad['problems']>().toExtend<Parameters<typeof face.formatProblems>[0]>();
  expectTypeOf(face.createExporter).parameter(0).toHaveProperty('config').toEqualTypeOf<Good['config']>();
});

test('an exporter is started, given a configuration and closed', () => {
  expectTypeOf(face.createExporter).returns.toEqualTypeOf<Exporter>();
  expectTypeOf<Exporter['start']>().returns.toBeVoid();
  expectTypeOf<Exporter['configure']>().returns.resolves.toBeVoid();
  expectTypeOf<Exporter['close']>().returns.resolves.toBeVoid();
});

test('targets are told apart by their probe', () => {
  expectTypeOf<ProbeName>().exclude<(typeof face.PROBES)[number]['name']>().toBeNever();
  expectTypeOf<ProbeName>().not.toEqualTypeOf<string>();
  expectTypeOf<Target['probe']>().toEqualTypeOf<ProbeName>();
  expectTypeOf<Target<'redis'>['probe']>().toEqualTypeOf<'redis'>();
  expectTypeOf<Target<'redis'>>().toHaveProperty('url');
  expectTypeOf<Target<'tcp'>>().toHaveProperty('tls_expiry_warning').toBeNumber();
  expectTypeOf<Target<'redis'>>().not.toHaveProperty('tls_expiry_warning');
});

test('a probe never says unknown of itself', () => {
  expectTypeOf<Probe['run']>().parameter(0).toEqualTypeOf<AbortSignal>();
  expectTypeOf<Probe['run']>().returns.resolves.toEqualTypeOf<ProbeResult>();
  expectTypeOf<ProbeResult['status']>().toEqualTypeOf<'healthy' | 'degraded' | 'warning' | 'unhealthy'>();
});
