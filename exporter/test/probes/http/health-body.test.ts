/** The shapes in which services tell how they are. */
import { readHealthBody } from '../../../src/probes/kit/health/report';
import { statusOfWord } from '../../../src/probes/kit/health/words/words';

const read = (body: unknown, type = 'application/json') => {
  const { dependencies, ...report } = readHealthBody(typeof body === 'string' ? body : JSON.stringify(body), type);
  const told = Object.fromEntries(
    Object.entries(report).filter(
      // the verdict has tests of its own, in kit/health
      ([key, value]) => key !== 'verdict' && value !== undefined && value !== false
    )
  );
  return { ...told, ...(dependencies.size > 0 && { dependencies: Object.fromEntries(dependencies) }) };
};

test('Spring Boot Actuator', () => {
  expect(
    read({
      status: 'DOWN',
      groups: ['liveness', 'readiness'],
      components: {
        db: { status: 'UP', components: { primary: { status: 'UP', details: { database: 'PostgreSQL' } } } },
        diskSpace: { status: 'UP', details: { total: 1, free: 1, threshold: 1, exists: true } },
        redis: { status: 'DOWN', details: { error: 'RedisConnectionFailureException: Unable to connect' } },
        mail: { status: 'OUT_OF_SERVICE' },
        refresh: { status: 'UNKNOWN' },
      },
    })
  ).toEqual({
    status: 'unhealthy',
    word: 'DOWN',
    message: 'redis: RedisConnectionFailureException: Unable to connect',
    dependencies: { redis: 'unhealthy', mail: 'unhealthy', db: 'healthy', diskSpace: 'healthy' },
  });
  // before 2.2 the components were called details
  expect(read({ status: 'UP', details: { db: { status: 'UP', details: { hello: 1 } } } })).toEqual({
    status: 'healthy',
    word: 'UP',
    dependencies: { db: 'healthy' },
  });
});

test('health+json', () => {
  expect(
    read({
      status: 'warn',
      version: '1',
      releaseId: '1.2.2',
      notes: ['disk is filling up', 'x'],
      output: '',
      serviceId: 'f03e522f',
      description: 'health of authz service',
      checks: {
        'cassandra:responseTime': [
          { componentId: 'a', componentType: 'datastore', observedValue: 250, status: 'pass' },
          { componentId: 'b', status: 'fail', output: 'no route' },
        ],
        uptime: [{ componentType: 'system', observedValue: 1209600.245, observedUnit: 's', status: 'pass' }],
      },
      links: { about: 'http://api.example.com/about/authz' },
    })
  ).toEqual({
    status: 'warning',
    word: 'warn',
    message: 'cassandra:responseTime: no route',
    version: '1',
    service: 'f03e522f',
    dependencies: { 'cassandra:responseTime': 'unhealthy', uptime: 'healthy' },
  });
});

test('ASP.NET Core', () => {
  const entry = (status: string) => ({ data: {}, duration: '00:00:00.05', status, tags: [] });
  expect(
    read({
      status: 'Degraded',
      totalDuration: '00:00:00.1',
      entries: { sql: entry('Healthy'), bus: entry('Degraded') },
    })
  ).toEqual({ status: 'degraded', word: 'Degraded', dependencies: { bus: 'degraded', sql: 'healthy' } });
  expect(
    read({ status: 'Unhealthy', results: { sql: { status: 'Unhealthy', description: 'no login', data: {} } } })
  ).toEqual({ status: 'unhealthy', word: 'Unhealthy', message: 'sql: no login', dependencies: { sql: 'unhealthy' } });
  expect(read('Healthy', 'text/plain')).toEqual({ status: 'healthy', word: 'Healthy' });
});

test('MicroProfile Health', () => {
  const checks = [
    { name: 'disk', status: 'UP', data: { free: '780mb' } },
    { name: 'queue', status: 'DOWN' },
  ];
  expect(read({ status: 'DOWN', checks })).toEqual({
    status: 'unhealthy',
    word: 'DOWN',
    dependencies: { queue: 'unhealthy', disk: 'healthy' },
  });
});

test('terminus', () => {
  const down = { status: 'down', message: 'connect ECONNREFUSED redis://u:hunter2@redis' };
  expect(
    read({
      status: 'error',
      info: { db: { status: 'up' } },
      error: { redis: down },
      details: { db: { status: 'up' }, redis: down },
    })
  ).toEqual({
    status: 'unhealthy',
    word: 'error',
    message: 'redis: connect ECONNREFUSED redis://***@redis',
    dependencies: { redis: 'unhealthy', db: 'healthy' },
  });
  expect(read({ status: 'ok', info: {}, error: {}, details: {} })).toEqual({ status: 'healthy', word: 'ok' });
});

test('the reference system, and words in the place of maps', () => {
  expect(
    read({
      status: 'healthy',
      service: 'backend',
      version: 'v2.1',
      uptime: '86400',
      timestamp: 'x',
      dependencies: { db: 'ok', cache: false },
    })
  ).toEqual({
    status: 'healthy',
    word: 'healthy',
    service: 'backend',
    version: '2.1',
    uptimeSeconds: 86_400,
    dependencies: { cache: 'unhealthy', db: 'healthy' },
  });
});

test.each([
  [{ status: 'pass' }, 'healthy'],
  [{ Status: 'Passing' }, 'healthy'],
  [{ STATE: 'GREEN' }, 'healthy'],
  [{ health: { status: 'running' } }, 'healthy'],
  [{ healthy: true }, 'healthy'],
  [{ ok: true, version: 1 }, 'healthy'],
  [{ success: false }, 'unhealthy'],
  [{ status: true }, 'healthy'],
  [{ status: 200 }, 'healthy'],
  [{ status: 503 }, 'unhealthy'],
  [{ status: 7 }, undefined],
  [{ status: ['ok', 'warn'] }, 'warning'],
  [{ cluster_name: 'es', status: 'yellow', timed_out: false }, 'degraded'],
  [{ status: 'Partially Available' }, 'degraded'],
  [{ status: 'Service Unavailable' }, 'unhealthy'],
  [{ status: 'OUT_OF_SERVICE' }, 'unhealthy'],
  [{ status: 'starting' }, 'degraded'],
  [{ status: null }, undefined],
  [{ status: { a: { b: { c: 'up' } } } }, undefined],
  [[], undefined],
  ['"OK"', 'healthy'],
  ['true', 'healthy'],
  ['null', undefined],
  ['{}', undefined],
])('%j is %s', (body, status) => {
  expect(readHealthBody(typeof body === 'string' ? body : JSON.stringify(body), 'application/json').status).toBe(
    status
  );
});

test.each([
  ['OK', 'healthy'],
  [' pong\n', 'healthy'],
  ['All systems go', undefined],
  ['Prometheus Server is Healthy.', undefined],
  ['<html><body>OK</body></html>', undefined],
  ['', undefined],
])('the text %j is %s', (body, status) => {
  expect(readHealthBody(body, 'text/plain')).toMatchObject({ malformed: false });
  expect(readHealthBody(body, 'text/plain').status).toBe(status);
});

test('what may stand anywhere is not taken for a dependency', () => {
  expect(read({ status: 'ok', info: { ok: true, debug: false, node: 'up' }, details: { ready: true } })).toEqual({
    status: 'healthy',
    word: 'ok',
  });
});

test('only what cannot be JSON nor a status is malformed', () => {
  expect(readHealthBody('{"a":', 'application/health+json; charset=utf-8').malformed).toBe(true);
  expect(readHealthBody('OK', 'application/json').malformed).toBe(false);
  expect(readHealthBody('', 'application/json').malformed).toBe(false);
  expect(readHealthBody('{"a":', 'text/plain').malformed).toBe(false);
});

test('nothing gets out of bounds', () => {
  const many = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`d${i}`, 'up']));
  expect(readHealthBody(JSON.stringify({ dependencies: many })).dependencies.size).toBe(50);
  const long = readHealthBody(
    JSON.stringify({
      status: 'x'.repeat(9999),
      message: `a\u001b[31m\n\u202eb ${'y'.repeat(9999)}`,
      version: 'z'.repeat(999),
    })
  );
  expect(long.word).toHaveLength(40);
  expect(long.version).toHaveLength(40);
  expect(long.message).toHaveLength(200);
  expect(long.message).toMatch(/^a \[31m b y+…$/);
  const deep = '{"status":'.repeat(6000);
  expect(readHealthBody(`${deep}"up"${'}'.repeat(6000)}`).status).toBeUndefined();
});

test('a secret is taken out before the text is cut', () => {
  const message = `${'x'.repeat(170)} postgres://user:averylongpassword@db/app`;
  expect(readHealthBody(JSON.stringify({ message })).message).not.toContain('avery');
});

test('no prototype is touched, and none is read', () => {
  const body =
    '{"__proto__":{"status":"up","polluted":1},"dependencies":{"__proto__":"down","constructor":"down","a":"up"}}';
  const report = readHealthBody(body);
  expect(report.status).toBeUndefined();
  expect([...report.dependencies]).toEqual([['a', 'healthy']]);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  // "constructor", "toString" and so on are no words
  for (const word of ['constructor', 'toString', '__proto__', 'hasOwnProperty'])
    expect(statusOfWord(word)).toBeUndefined();
});

test('of any number of dependencies and keys only some are kept, whatever their depth', () => {
  const many = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`service-${i}-${'x'.repeat(500)}`, 'down']));
  const { dependencies } = readHealthBody(JSON.stringify({ dependencies: many }));
  expect(dependencies.size).toBeLessThanOrEqual(50);
  for (const name of dependencies.keys()) expect(name.length).toBeLessThanOrEqual(40);
  const deep = `${'{"dependencies":{"a":'.repeat(3000)}"down"${'}}'.repeat(3000)}`;
  expect(() => readHealthBody(deep)).not.toThrow();
  // what stands behind the keys that are looked at is not seen
  const keys = Object.fromEntries(Array.from({ length: 600 }, (_, i) => [`key${i}`, i]));
  expect(readHealthBody(JSON.stringify({ ...keys, status: 'down' })).status).toBeUndefined();
});
