/** Health documents of any depth, and documents of business: what is broken is found wherever it is, and a failed order is none. */
import fc from 'fast-check';
import { readHealthBody } from '../../../../src/probes/kit/health/report';
import { asMap, type Check, check, NOISE } from './random-checks';

/** A part of a document, and whether something in it is broken. */
interface Node {
  value: Record<string, unknown>;
  isGood: boolean;
  /** Whether something above what is broken says that it is well. */
  isClaimed: boolean;
}

const GROUPS = [
  'cluster',
  'eu',
  'main',
  'storage',
  'regions',
  'stack',
  'e',
  'primary_site',
  'nested',
  'payload',
  'detail',
];
const LISTS = ['racks', 'hosts', 'drives', 'members', 'replicas', 'zones', 'endpoints', 'components'];

const leaf = check.map((found: Check): Node => ({ value: asMap(found), isGood: found.isGood, isClaimed: false }));

const { node } = fc.letrec<{ node: Node }>((tie) => {
  const inner = fc.array(fc.tuple(check, tie('node')), { minLength: 1, maxLength: 3 });
  const group = fc.tuple(fc.constantFrom(...GROUPS), inner).map(([name, nodes]): Node => {
    const named = nodes.map(([each, found], index): [string, unknown] => [`${each.name} ${'xyz'[index]}`, found.value]);
    return { value: { [name]: Object.fromEntries(named) }, ...sum(nodes) };
  });
  const list = fc.tuple(fc.constantFrom(...LISTS), fc.boolean(), inner).map(([name, isNamed, nodes]): Node => {
    const items = nodes.map(([each, found]) => ({ ...(isNamed && { name: each.name, id: 7 }), ...found.value }));
    return { value: { [name]: items }, ...sum(nodes) };
  });
  const claim = fc.tuple(tie('node'), fc.constantFrom('status', 'health')).map(([found, key]): Node => {
    if (Object.keys(found.value).some((name) => !GROUPS.includes(name) && !LISTS.includes(name))) return found;
    return { ...found, value: { [key]: 'ok', ...found.value }, isClaimed: !found.isGood };
  });
  return { node: fc.oneof({ maxDepth: 4, depthSize: 'medium' }, leaf, group, list, claim) };
});

const sum = (nodes: [Check, Node][]) => ({
  isGood: nodes.every(([, { isGood }]) => isGood),
  isClaimed: nodes.some(([, found]) => found.isClaimed),
});

test('what is broken is found at any depth, and nothing else', () => {
  fc.assert(
    fc.property(node, fc.constantFrom(...NOISE), ({ value, isGood, isClaimed }, noise) => {
      const { verdict = 'healthy' } = readHealthBody(JSON.stringify({ ...noise, ...value }));
      if (isGood) expect(verdict).toBe('healthy');
      else if (isClaimed) expect(['degraded', 'unhealthy']).toContain(verdict);
      else expect(verdict).toBe('unhealthy');
    })
  );
});

test('a server that says it is well with a broken part is degraded, however deep', () => {
  fc.assert(
    fc.property(node, fc.constantFrom(...LISTS), (found, name) => {
      fc.pre(!found.isGood);
      const server = { name: 'a', state: 'online', [name]: [{ name: 'b', ...found.value }] };
      expect(readHealthBody(JSON.stringify({ servers: [server] })).verdict).toBe('degraded');
    })
  );
});

const WORK = [
  'failed',
  'error',
  'inactive',
  'rejected',
  'aborted',
  'pending',
  'stopped',
  'offline',
  'denied',
  'timeout',
];
const WORKS = [
  'orders',
  'tasks',
  'jobs',
  'payments',
  'users',
  'events',
  'messages',
  'tickets',
  'invoices',
  'build_jobs',
];

const word = fc.constantFrom(...WORK);
const works = fc.array(fc.record({ id: fc.nat(), title: fc.constant('x'), status: word }), { maxLength: 4 });
const record = fc
  .tuple(fc.constantFrom('status', 'state', 'health'), word, fc.nat(), fc.boolean())
  .chain(([key, found, id, flag]) =>
    fc.constantFrom<Record<string, unknown>>(
      { id, [key]: found, amount: 12.5, currency: 'EUR', paid: flag, shipped: flag },
      { id, name: 'Bob', email: 'bob@example.org', [key]: found, active: flag, admin: flag },
      { [key]: found, sku: 'a-1', price: 3, available: flag, in_stock: flag },
      { customer_id: id, order_number: 'x', total_price: '12.50', [key]: found }
    )
  );
const counts = fc.dictionary(
  fc.constantFrom('failed', 'succeeded', 'errors', 'active', 'down', 'offline', 'total_failed', 'dead'),
  fc.nat(30)
);
const flags = fc.dictionary(fc.constantFrom('new-checkout', 'dark_mode', 'beta', 'chat', 'active'), fc.boolean());

const BUSINESS = fc.oneof(
  record,
  fc.array(record, { minLength: 1, maxLength: 4 }),
  fc.array(record, { minLength: 1, maxLength: 4 }).map((data) => ({ data, page: 1 })),
  fc.tuple(fc.constantFrom(...WORKS), works).map(([name, list]) => ({ [name]: list, total: list.length })),
  fc.tuple(fc.constantFrom(...WORKS), word).map(([name, status]) => ({ [name.replace(/s$/, '')]: { id: 7, status } })),
  works.map((items) => ({ items, total: 3 })),
  fc
    .tuple(counts, fc.constantFrom('stats', 'counts', 'jobs', 'requests'))
    .map(([found, name]) => ({ [name]: { total: 40, ...found } })),
  fc
    .tuple(flags, fc.constantFrom('features', 'flags', 'settings', 'config', 'options'))
    .map(([found, name]) => ({ [name]: found })),
  flags.map((found) => Object.entries(found).map(([key, enabled]) => ({ key, enabled, description: 'x' }))),
  fc.constantFrom(
    { errors: [], warnings: [] },
    { results: [], failed: [] },
    { loggers: { root: 'ERROR', 'org.x': 'WARN' } },
    { main: 'error.js', bugs: 'https://example.org/issues', scripts: { test: 'echo "Error: no test" && exit 1' } }
  ),
  works.map((list) => list.map(({ id, status }) => ({ id, type: 'error', message: status, created_at: '2026-01-01' })))
);

test('documents of business are not judged', () => {
  fc.assert(
    fc.property(BUSINESS, fc.constantFrom(...NOISE), (found, noise) => {
      const whole = Array.isArray(found) ? found : { ...noise, ...found };
      expect(['healthy', undefined]).toContain(readHealthBody(JSON.stringify(whole)).verdict);
      // nor in the document of a service that says how it is
      const beside = { status: 'ok', database: { status: 'up' }, [Array.isArray(found) ? 'users' : 'shop']: found };
      expect(readHealthBody(JSON.stringify(beside)).verdict).toBe('healthy');
    })
  );
});

test('a list of findings is as bad as the worst of them', () => {
  const kind = fc.constantFrom('error', 'warning', 'notice');
  const finding = fc.record({ source: fc.constantFrom('RootFolder', 'Indexer', 'Update'), type: kind });
  fc.assert(
    fc.property(fc.array(finding, { maxLength: 5 }), (found) => {
      const text = JSON.stringify(found.map((each) => ({ ...each, message: 'No indexer, see the wiki' })));
      const kinds = found.map(({ type }) => type);
      const expected = kinds.includes('error') ? 'unhealthy' : kinds.includes('warning') ? 'warning' : 'healthy';
      expect(readHealthBody(text).verdict ?? 'healthy').toBe(expected);
    })
  );
});

test('what is worked on counts where a part beside it is of the same make', () => {
  const state = fc.constantFrom('RUNNING', 'FAILED', 'PAUSED');
  fc.assert(
    fc.property(state, fc.array(state, { maxLength: 4 }), (own, states) => {
      const tasks = states.map((each, id) => ({ id, state: each, worker_id: 'w' }));
      const text = JSON.stringify({ name: 'c', connector: { state: own, worker_id: 'w' }, tasks, type: 'sink' });
      const isBroken = own === 'FAILED' || states.includes('FAILED');
      expect(readHealthBody(text).verdict ?? 'healthy').toBe(isBroken ? 'unhealthy' : 'healthy');
    })
  );
});
