/** Recorded responses of a real Prometheus; `node scripts/record-prometheus.mjs` records them again. */
import { readFileSync } from 'fs';
import { join } from 'path';
import { table, timeSeries, type Series } from '../testing/prometheus';
import { testBoard } from '../testing/board';
import { transitionsOf } from './transitions';

interface Answer {
  data: {
    result: Array<{
      metric: Record<string, string>;
      value?: [seconds: number, value: string];
      values?: Array<[seconds: number, value: string]>;
    }>;
  };
}
interface Recorded {
  range: Record<string, Answer>;
  instant: Record<string, Answer>;
}

const recorded = JSON.parse(readFileSync(join(__dirname, '../../fixtures/prometheus.json'), 'utf8')) as Recorded;

/** As in the data source: times in milliseconds, values as numbers. */
function series({ data }: Answer): Series[] {
  return data.result.map(({ metric, value, values }) => ({
    labels: metric,
    samples: (values ?? (value ? [value] : [])).map(([seconds, text]) => [Math.round(seconds * 1000), Number(text)]),
  }));
}

const { everything } = recorded.instant;
const now = Math.round((everything.data.result[0].value?.[0] ?? 0) * 1000);
const range = (expression: string, refId: string) => timeSeries(series(recorded.range[expression]), { refId });
const changes = (board: ReturnType<typeof testBoard>) =>
  transitionsOf(board.get('listener'), now).map(({ from, to }) => `${from} → ${to}`);

it.each(['component_status', 'component_status == 1'])('reads the range of %s', (expression) => {
  const board = testBoard().at(now, [
    ...range(expression, 'A'),
    ...range('component_response_time_seconds', 'B'),
    ...timeSeries(series(everything), { refId: 'C' }),
  ]);
  expect(board.problems).toEqual([]);
  expect(board.get('backend')).toMatchObject({
    status: 'healthy',
    stale: false,
    displayName: 'Backend',
    kind: 'microservice',
    version: '2.4.1',
    labels: { region: 'eu' },
    details: { http_uptime_seconds: 4711 },
  });
  expect(board.get('backend').responseTimeMs).toBeGreaterThan(0);
  expect(board.get('listener')).toMatchObject({ status: 'healthy', critical: true, dependsOn: ['backend'] });
  expect(changes(board)).toEqual(['unhealthy → healthy', 'healthy → unhealthy']);
});

it('reads component_up alone', () => {
  const board = testBoard().at(now, range('component_up', 'A'));
  expect(board.get('listener').status).toBe('healthy');
  expect(changes(board)).toEqual(['unhealthy → healthy', 'healthy → unhealthy']);
});

it('reads a table of everything', () => {
  const board = testBoard().at(now, [table(series(everything))]);
  expect(board.problems).toEqual([]);
  expect(board.get('listener')).toMatchObject({ status: 'healthy', displayName: 'Listener', statusChanges: 3 });
});

it('reads an aggregation by the expression that was run', () => {
  const expression = 'max by (component) (component_up)';
  const board = testBoard().at(now, timeSeries(series(recorded.instant[expression])), { A: expression });
  expect([...board.components.values()].map(({ name, status }) => [name, status])).toEqual([
    ['backend', 'healthy'],
    ['listener', 'healthy'],
  ]);
});
