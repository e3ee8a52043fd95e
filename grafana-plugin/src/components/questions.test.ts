import { timeSeries } from '../testing/prometheus';
import { createQuestions } from './questions';

const series = (refId: string, component: string, step = 1) =>
  timeSeries([{ labels: { __name__: 'component_status', component }, samples: [[0, 1]] }], {
    refId,
    executed: `Expr: component_status{component="${component}"} == 1\nStep: ${step}s`,
  });

it('are the same while the data source says so, whatever the step is and which query has no answer', () => {
  const number = createQuestions();
  const first = number([...series('A', 'redis'), ...series('B', 'redis')]);
  expect(number([...series('A', 'redis', 15), ...series('B', 'redis', 15)])).toBe(first);
  expect(number(series('B', 'redis'))).toBe(first);
  expect(number([])).toBe(first);
  expect(number([...series('A', 'redis'), ...series('B', 'redis')])).toBe(first);
});

it('are other ones with another component, once, also when the same data come again', () => {
  const number = createQuestions();
  const first = number(series('A', 'redis'));
  const second = number(series('A', 'rabbitmq'));
  expect(second).not.toBe(first);
  expect(number(series('A', 'rabbitmq'))).toBe(second);
  expect(number([])).toBe(second);
  expect(number(series('A', 'redis'))).not.toBe(second);
});

it('are not known of data that do not say it', () => {
  const number = createQuestions();
  const silent = timeSeries([{ labels: { component: 'redis' }, samples: [[0, 1]] }]);
  expect(number(silent)).toBe(number(series('A', 'redis')));
});
