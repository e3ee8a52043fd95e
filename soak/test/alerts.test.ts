/** One outage, one page: what is counted as one, as none, and as too many. */
import { judge, outagesOf, type Page } from '../src/alerts/judge';
import type { RingEvent } from '../src/exporter-api';

const BEGIN = Date.parse('2026-03-01T12:00:00Z');
const at = (second: number) => BEGIN + second * 1000;
const dependsOn = new Map([
  ['redis', []],
  ['backend', ['redis']],
]);

const outage = (component: string, from: number, to: number) => ({ component, from: at(from), to: at(to) });
const page = (
  component: string | undefined,
  second: number,
  alertname = 'ComponentDown',
  reason = ' (refused)'
): Page => ({
  alertname,
  component,
  at: at(second),
  summary: `${component} is down${reason}`,
});

it('reads outages from the transitions', () => {
  const event = (second: number, from: RingEvent['from'], to: RingEvent['to']): RingEvent => ({
    id: second,
    component: 'redis',
    from,
    to,
    at: new Date(at(second)).toISOString(),
    reason: '',
  });
  const events = [
    event(0, 'unknown', 'healthy'),
    event(10, 'healthy', 'unhealthy'),
    event(30, 'unhealthy', 'degraded'),
    event(31, 'degraded', 'healthy'),
    event(50, 'healthy', 'unhealthy'),
  ];
  expect(outagesOf(events, at(60))).toEqual([outage('redis', 10, 30), outage('redis', 50, 60)]);
});

it.each([
  ['an outage that is told once', [outage('redis', 10, 40)], [page('redis', 22)], []],
  [
    'a page without its reason',
    [outage('redis', 10, 40)],
    [page('redis', 22, 'ComponentDown', '')],
    ['the page gives no reason'],
  ],
  [
    'a page whose reason says nothing',
    [outage('redis', 10, 40)],
    [page('redis', 22, 'ComponentDown', ' (other)')],
    ['the page gives no reason'],
  ],
  [
    'a page for an outage, and one that it flaps',
    [outage('redis', 10, 40), outage('redis', 60, 90), outage('redis', 120, 140)],
    [page('redis', 22), page('redis', 72), page('redis', 132), page('redis', 141, 'ComponentFlapping')],
    ['flapping pages for what was told as down'],
  ],
  ['an outage that is told to nobody', [outage('redis', 10, 40)], [], ['nobody was told']],
  ['an outage that is told twice', [outage('redis', 10, 60)], [page('redis', 22), page('redis', 50)], ['told 2 times']],
  ['a blip', [outage('redis', 10, 15)], [], []],
  ['a page for a blip', [outage('redis', 10, 15)], [page('redis', 22)], ['a page without an outage']],
  ['two outages with a moment between', [outage('redis', 10, 40), outage('redis', 45, 80)], [page('redis', 22)], []],
  ['two outages', [outage('redis', 10, 40), outage('redis', 90, 130)], [page('redis', 22)], ['nobody was told']],
  ['a consequence', [outage('redis', 10, 40), outage('backend', 11, 45)], [page('redis', 22)], []],
  ['a page for what works', [], [page('backend', 22)], ['a page without an outage']],
  ['a page about the watching', [], [page(undefined, 22, 'ExporterDown')], ['a page without an outage']],
  ['what flaps', [outage('redis', 10, 30), outage('redis', 31, 60)], [page('redis', 25, 'ComponentFlapping')], []],
  ['a burn of what never failed', [], [page('redis', 25, 'ComponentErrorBudgetBurn')], ['a page without an outage']],
])('%s', (_what, outages, pages, problems) => {
  const found = judge({ outages, pages, dependsOn }).problems;
  expect(found.map((problem) => problem.replace(/^.*: /, ''))).toEqual(problems);
});
