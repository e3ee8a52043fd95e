import { RANK, STATUSES, type Status } from '@onehertz/contract';
import { scraped, table, timeSeries, type Series } from '../testing/prometheus';
import { asPanelFrame, createStream, pushTick } from '../testing/live';
import { START, testBoard } from '../testing/board';
import { rankAt } from './history';

const at = (seconds: number) => START + seconds * 1000;

/** The state set of a component over time. */
function stateSet(component: string, statuses: Array<[second: number, status: Status]>): Series[] {
  return STATUSES.map((status) => ({
    labels: scraped('component_status', component, { status }),
    samples: statuses.map(([second, now]) => [at(second), status === now ? 1 : 0]),
  }));
}

const one = (metric: string, component: string, value: number, more?: Record<string, string>): Series => ({
  labels: scraped(metric, component, more),
  samples: [[START, value]],
});
const facts = [
  one('component_up', 'redis', 1),
  one('component_response_time_seconds', 'redis', 0.0015),
  one('component_info', 'redis', 1, { version: '7.2.1', display_name: 'Redis', critical: 'true', probe: 'redis' }),
  one('component_flapping', 'redis', 1),
  one('component_maintenance', 'redis', 0),
  one('component_status_changes_total', 'redis', 4),
  one('component_last_probe_timestamp_seconds', 'redis', START / 1000 - 1),
  one('component_last_change_timestamp_seconds', 'redis', START / 1000 - 3600),
  one('component_interval_seconds', 'redis', 1),
  one('component_depends_on', 'redis', 1, { depends_on: 'network' }),
  one('component_redis_memory_bytes', 'redis', 1024),
  one('component_rabbitmq_messages_ready', 'redis', 3, { queue: 'mail' }),
  one('component_probes_total', 'redis', 99, { result: 'success' }),
  one('component_probe_duration_seconds_bucket', 'redis', 99, { le: '0.1' }),
];
const read = {
  status: 'degraded',
  kind: 'infrastructure',
  type: 'database',
  responseTimeMs: 1.5,
  version: '7.2.1',
  displayName: 'Redis',
  critical: true,
  flapping: true,
  maintenance: false,
  statusChanges: 4,
  lastCheck: START - 1000,
  since: START - 3_600_000,
  dependsOn: ['network'],
  details: { interval_seconds: 1, redis_memory_bytes: 1024, 'rabbitmq_messages_ready mail': 3 },
};

describe('Prometheus frames', () => {
  it('are read as instant time series', () => {
    const board = testBoard().at(START, timeSeries([...stateSet('redis', [[0, 'degraded']]), ...facts]));
    expect(board.get('redis')).toMatchObject(read);
    expect(board.problems).toEqual([]);
  });

  it('are read as an instant table', () => {
    const board = testBoard().at(START, [table([...stateSet('redis', [[0, 'degraded']]), ...facts])]);
    expect(board.get('redis')).toMatchObject(read);
    expect(board.problems).toEqual([]);
  });

  it('are read as a range, with the past', () => {
    const board = testBoard().at(
      at(2),
      timeSeries(
        stateSet('redis', [
          [0, 'healthy'],
          [1, 'unhealthy'],
          [2, 'warning'],
        ])
      )
    );
    expect(board.get('redis').status).toBe('warning');
    expect([0, 1, 2].map((n) => rankAt(board.get('redis').layers, at(n) / 1000))).toEqual([
      RANK.healthy,
      RANK.unhealthy,
      RANK.warning,
    ]);
  });

  it('may be filtered to the current status, so that every series has gaps', () => {
    const series: Series[] = [
      {
        labels: scraped('component_status', 'redis', { status: 'unhealthy' }),
        samples: [
          [at(1), 1],
          [at(2), null],
        ],
      },
      {
        labels: scraped('component_status', 'redis', { status: 'healthy' }),
        samples: [
          [at(0), 1],
          [at(2), 1],
        ],
      },
    ];
    expect(testBoard().at(at(2), timeSeries(series)).get('redis').status).toBe('healthy');
    expect(testBoard().at(at(2), timeSeries(series.reverse())).get('redis').status).toBe('healthy');
  });

  it('determine the status from `up` alone', () => {
    const board = testBoard().at(START, timeSeries([one('component_up', 'a', 1), one('component_up', 'b', 0)]));
    expect([board.get('a').status, board.get('b').status]).toEqual(['healthy', 'unhealthy']);
  });

  it('have no status if the last sample is 0 and none is 1', () => {
    const board = testBoard().at(START, timeSeries([one('component_status', 'a', 1, { status: 'healthy' })]));
    const later: Series = { labels: scraped('component_status', 'a', { status: 'healthy' }), samples: [[at(1), 0]] };
    expect(board.at(at(1), timeSeries([later])).get('a').status).toBe('unknown');
  });

  it('are read incrementally, and again if the range begins earlier', () => {
    const board = testBoard();
    const range = (from: number, to: number, status: (n: number) => Status) =>
      timeSeries(
        stateSet(
          'redis',
          Array.from({ length: to - from + 1 }, (_, i): [number, Status] => [from + i, status(from + i)])
        )
      );
    board.at(
      at(10),
      range(5, 10, () => 'healthy')
    );
    // what was read before is not read again
    board.at(
      at(12),
      range(7, 12, (n) => (n === 8 || n === 12 ? 'unhealthy' : 'healthy'))
    );
    const ranks = () => [2, 8, 10, 12].map((n) => rankAt(board.get('redis').layers, at(n) / 1000));
    expect(ranks()).toEqual([0, RANK.healthy, RANK.healthy, RANK.unhealthy]);
    board.at(
      at(12),
      range(1, 12, () => 'degraded')
    );
    expect(ranks()).toEqual([RANK.degraded, RANK.degraded, RANK.degraded, RANK.unhealthy]);
  });
});

describe('the metric of a series', () => {
  const nameless = (labels: Record<string, string> = {}): Series => ({
    labels: { component: 'redis', ...labels },
    samples: [[START, 1]],
  });
  const status = (...args: Parameters<typeof timeSeries>) =>
    testBoard()
      .at(START, timeSeries(...args))
      .components.get('redis')?.status;

  it('is determined by the name of the frame', () => {
    const [frame] = timeSeries([nameless()]);
    expect(
      testBoard()
        .at(START, [{ ...frame, name: 'component_up{component="redis"}' }])
        .get('redis').status
    ).toBe('healthy');
  });
  it('is determined by the executed expression', () => {
    expect(status([nameless()], { executed: 'Expr: max by (component) (component_up)\nStep: 1s' })).toBe('healthy');
  });
  it('is determined by the query of the panel', () => {
    const board = testBoard().at(START, timeSeries([nameless({ status: 'warning' })], { refId: 'B' }), {
      B: 'max by (component, status) (component_status) == 1',
    });
    expect(board.get('redis').status).toBe('warning');
  });
  it('is determined by the query that a table column names', () => {
    const frame = { ...table([nameless()], { refId: 'B' }), refId: 'merged' };
    expect(testBoard().at(START, [frame], { B: 'component_up' }).get('redis').status).toBe('healthy');
  });
  it('is determined by the name of the query', () =>
    expect(status([nameless()], { refId: 'component_up' })).toBe('healthy'));
  it('is the first of a join', () => {
    const expression = 'component_up * on (component) group_left (version) component_info';
    expect(status([nameless({ version: '7.2' })], { executed: expression })).toBe('healthy');
  });
  it('may be that of other exporters', () => {
    const up: Series = { labels: { __name__: 'up', instance: 'web:9100' }, samples: [[START, 0]] };
    expect(
      testBoard()
        .at(START, timeSeries([up]))
        .get('web:9100').status
    ).toBe('unhealthy');
  });
});

describe('reports what cannot be read', () => {
  it('for series of something else', () => {
    const cpu: Series = { labels: { __name__: 'node_cpu_seconds_total', cpu: '0' }, samples: [[START, 1]] };
    expect(testBoard().at(START, timeSeries([cpu], { refId: 'C' })).problems).toEqual([
      'Query C returns series that are not component_… metrics. Ask for component_status, component_up or component_response_time_seconds.',
    ]);
  });

  it('for an aggregation without the component label', () => {
    const sum: Series = { labels: { kind: 'model' }, samples: [[START, 1]] };
    expect(testBoard().at(START, timeSeries([sum], { executed: 'sum by (kind) (component_up)' })).problems[0]).toMatch(
      /^Query A \(component_up\) returns series without a label that names a component\. Keep the label "component"/
    );
  });

  it('for two targets of one name', () => {
    const board = testBoard().at(
      START,
      timeSeries([
        one('component_up', 'redis', 1, { instance: 'a:1' }),
        one('component_up', 'redis', 0, { instance: 'b:1' }),
      ])
    );
    expect(board.get('redis').status).toBe('healthy');
    expect(board.problems[0]).toMatch(
      /Several series of component_up name the same component, for example "redis"; they differ in instance/
    );
  });

  it('but not if the options distinguish them', () => {
    const board = testBoard({ identity: ['component', 'instance'] }).at(
      START,
      timeSeries([
        one('component_up', 'redis', 1, { instance: 'a:1' }),
        one('component_up', 'redis', 0, { instance: 'b:1' }),
      ])
    );
    expect([...board.components.keys()]).toEqual(['redis / a:1', 'redis / b:1']);
    expect(board.problems).toEqual([]);
  });

  it('for a frame without numbers', () => {
    const text = { name: 'line', type: 'string' as never, config: {}, values: ['GET /'] };
    expect(testBoard().at(START, [{ length: 1, refId: 'L', fields: [text] }]).problems[0]).toMatch(
      /^Query L returns no numbers/
    );
  });

  it('and no longer after the query is corrected', () => {
    const cpu: Series = { labels: { __name__: 'node_load1' }, samples: [[START, 1]] };
    const board = testBoard().at(START, timeSeries([cpu]));
    board.at(at(1), timeSeries([one('component_up', 'redis', 1)]));
    expect(board.problems).toEqual([]);
  });
});

describe('Prometheus and Live together', () => {
  it('fill the past and continue live', () => {
    const past = timeSeries(
      stateSet(
        'redis',
        Array.from({ length: 60 }, (_, n): [number, Status] => [n - 60, n === 30 ? 'unhealthy' : 'healthy'])
      ),
      { refId: 'B' }
    );
    const stream = createStream();
    const board = testBoard();
    for (let n = 0; n < 5; n++) {
      pushTick(stream, at(n), [{ component: 'redis', status: n === 4 ? 'degraded' : 'healthy', up: 1 }]);
      board.at(at(n), [{ ...asPanelFrame(stream), refId: 'A' }, ...past]);
    }
    const { layers, status } = board.get('redis');
    expect(status).toBe('degraded');
    expect([-60, -30, -1, 3, 4].map((n) => rankAt(layers, at(n) / 1000))).toEqual([
      RANK.healthy,
      RANK.unhealthy,
      RANK.healthy,
      RANK.healthy,
      RANK.degraded,
    ]);
  });

  it('show the stream while it is fresh, and Prometheus when the stream is lost', () => {
    const stream = createStream();
    const board = testBoard();
    pushTick(stream, at(0), [{ component: 'redis', status: 'unhealthy', up: 0 }]);
    const scrape = (n: number, status: Status) => timeSeries(stateSet('redis', [[n, status]]), { refId: 'B' });
    board.at(at(0.5), [asPanelFrame(stream), ...scrape(0.5, 'healthy')]);
    expect(board.get('redis').status).toBe('unhealthy');
    board.at(at(10), [asPanelFrame(stream), ...scrape(10, 'warning')]);
    expect(board.get('redis')).toMatchObject({ status: 'warning', stale: false });
  });
});
