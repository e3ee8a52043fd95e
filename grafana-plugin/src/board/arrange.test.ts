import { component } from '../testing/component';
import { arrange, positionsOf, titleOf, type Arrangement, type Section } from './arrange';
import { createArranger } from './arranger';

const all = [
  component('web-10', { kind: 'microservice', labels: { region: 'eu' }, responseTimeMs: 5 }),
  component('web-2', { kind: 'microservice', labels: { region: 'us' }, responseTimeMs: 50, message: 'HTTP 200' }),
  component('redis', { kind: 'infrastructure', status: 'unhealthy', labels: { region: 'eu' }, error: 'refused' }),
  component('minio', { kind: 'infrastructure', status: 'warning' }),
  component('radio', { kind: 'receiver', status: 'unknown' }),
  component('other', { kind: 'beehive' }),
];
const plain: Arrangement = { groupBy: 'kind', sortBy: 'severity', filter: '', statuses: [] };
const names = (sections: readonly Section[]) =>
  sections.map(({ key, components }) => [key, ...components.map(({ name }) => name)].join(' '));

describe('arrange', () => {
  it('makes a section per kind, known kinds first', () => {
    expect(names(arrange(all, { ...plain, sortBy: 'name' }))).toEqual([
      'microservice web-2 web-10',
      'infrastructure minio redis',
      'receiver radio',
      'beehive other',
    ]);
  });

  it('begins with the section of what is most urgent', () => {
    expect(names(arrange(all, plain))).toEqual([
      'infrastructure redis minio',
      'receiver radio',
      'microservice web-2 web-10',
      'beehive other',
    ]);
  });

  it('has causes before consequences, critical ones first, and what is healthy last', () => {
    const failing = [
      component('fine', { critical: true }),
      component('backend', { status: 'unhealthy', critical: true, consequenceOf: ['postgresql'] }),
      component('slow', { status: 'degraded' }),
      component('repaired', { status: 'unknown', maintenance: true }),
      component('silent', { status: 'unknown' }),
      component('redis', { status: 'unhealthy' }),
      component('postgresql', { status: 'unhealthy', critical: true }),
    ];
    expect(names(arrange(failing, { ...plain, groupBy: '' }))).toEqual([
      ' postgresql redis slow backend silent repaired fine',
    ]);
  });

  it('keeps the sections in place while held', () => {
    const before = arrange(all, { ...plain, sortBy: 'severity' });
    const broken = all.map((item) =>
      item.name === 'other' ? { ...item, status: 'unhealthy' as const, critical: true } : item
    );
    const after = arrange(broken, { ...plain, hold: positionsOf(before) });
    expect(after.map(({ key }) => key)).toEqual(before.map(({ key }) => key));
    expect(arrange(broken, plain).map(({ key }) => key)[0]).toBe('beehive');
  });

  it('counts components that are up', () => {
    expect(arrange(all, plain).map(({ title, up, components }) => `${title} ${up}/${components.length}`)).toEqual([
      'Infrastructure 1/2',
      'Receivers 0/1',
      'Microservices 2/2',
      'Beehive 1/1',
    ]);
  });

  it('makes a section per label value, components without the label last', () => {
    expect(names(arrange(all, { ...plain, groupBy: 'region', sortBy: 'source' }))).toEqual([
      'eu web-10 redis',
      'us web-2',
      ' minio radio other',
    ]);
    expect(titleOf('', 'region')).toBe('No region');
  });

  it('makes a section per status, worst first', () => {
    expect(names(arrange(all, { ...plain, groupBy: 'status' }))).toEqual([
      'unhealthy redis',
      'warning minio',
      'unknown radio',
      'healthy other web-2 web-10',
    ]);
  });

  it.each([
    ['severity', 'redis minio radio other web-2 web-10'],
    ['name', 'minio other radio redis web-2 web-10'],
    ['latency', 'web-2 web-10 minio other radio redis'],
    ['source', 'web-10 web-2 redis minio radio other'],
  ] as const)('sorts by %s', (sortBy, order) => {
    expect(names(arrange(all, { ...plain, groupBy: '', sortBy }))).toEqual([` ${order}`]);
  });

  it.each([
    ['WEB', 'web-2 web-10'],
    ['web 200', 'web-2'],
    ['refused', 'redis'],
    ['infrastructure warn', 'minio'],
    ['web us', 'web-2'],
  ])('filters by the words of "%s"', (filter, left) => {
    const [section] = arrange(all, { ...plain, groupBy: '', filter });
    expect(section.components.map(({ name }) => name).join(' ')).toBe(left);
  });

  it('filters by status', () => {
    expect(names(arrange(all, { ...plain, statuses: ['unhealthy', 'warning'] }))).toEqual([
      'infrastructure redis minio',
    ]);
  });

  it('returns no sections if nothing is left', () => expect(arrange(all, { ...plain, filter: 'nothing' })).toEqual([]));

  it('keeps held positions, even of components that no longer match', () => {
    const before = arrange(all, plain);
    const hold = positionsOf(before);
    const after = all.map((item) =>
      item.name === 'redis' ? { ...item, status: 'healthy' as const } : { ...item, status: item.status }
    );
    expect(names(arrange(after, { ...plain, hold }))).toEqual(names(before));
    expect(names(arrange(after, { ...plain, statuses: ['unhealthy'], hold }))).toEqual(names(before));
  });

  it('adds new components after held ones', () => {
    const hold = positionsOf(arrange(all, plain));
    const added = [component('aaa', { kind: 'infrastructure', status: 'unhealthy' }), ...all];
    expect(names(arrange(added, { ...plain, hold }))[0]).toBe('infrastructure redis minio aaa');
  });
});

describe('the arranger', () => {
  const recovered = all.map((item) => (item.name === 'redis' ? { ...item, status: 'healthy' as const } : item));

  it('moves nothing while held, and everything afterwards', () => {
    const arranger = createArranger();
    arranger.arrange(all, plain, false);
    expect(names(arranger.arrange(recovered, plain, true))[0]).toBe('infrastructure redis minio');
    expect(names(arranger.arrange(recovered, plain, true))[0]).toBe('infrastructure redis minio');
    expect(names(arranger.arrange(recovered, plain, false))[0]).toBe('infrastructure minio redis');
  });

  it('applies another order immediately', () => {
    const arranger = createArranger();
    arranger.arrange(all, plain, true);
    expect(names(arranger.arrange(all, { ...plain, sortBy: 'name' }, true))[1]).toBe('infrastructure minio redis');
  });
});
