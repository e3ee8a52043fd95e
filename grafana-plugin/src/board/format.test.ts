import { detailLabel, detailValue, formatResponseTime } from './format';

it.each([
  [0.254, '0.25 ms'],
  [12.34, '12.3 ms'],
  [312.4, '312 ms'],
  [1500, '1.50 s'],
])('formats a response time of %d ms', (ms, text) => expect(formatResponseTime(ms)).toBe(text));

it.each([
  ['cache_hit_ratio', 0.942, 'Cache hit', '94.2%'],
  ['memory_bytes', 1536, 'Memory', '1.54 kB'],
  ['heartbeat_age_s', 2, 'Heartbeat age', '2 s'],
  ['latency_p95_ms', 38, 'Latency p95', '38 ms'],
  ['accuracy', 0.5, 'Accuracy', '50%'],
  ['accuracy', 7, 'Accuracy', '7'],
  ['worker_count', 2, 'Worker count', '2'],
  ['big', 12_345_678, 'Big', '12.3 Mil'],
  ['ops_per_second', 1.25, 'Ops per second', '1.25'],
  ['master_link_up', true, 'Master link up', 'yes'],
  ['workers', ['a', 'b'], 'Workers', 'a, b'],
  [
    'queues',
    [
      { name: 'mail', ready: 3 },
      { name: 'sms', ready: 0 },
    ],
    'Queues',
    'name: mail, ready: 3\nname: sms, ready: 0',
  ],
  ['dependencies', { db: 'up' }, 'Dependencies', 'db: up'],
  ['nothing', null, 'Nothing', ''],
  ['_', 1, '_', '1'],
])('shows the detail %s', (key, value, label, text) => {
  expect(detailLabel(key)).toBe(label);
  expect(detailValue(key, value)).toBe(text);
});
