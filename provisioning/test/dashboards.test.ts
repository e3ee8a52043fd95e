/** The dashboards as files: up to date, complete, and with valid references. */
import { channelOf, DEFAULT_STREAM_ID } from '@onehertz/contract';
import { PROBES, type AnyDefinition } from '@onehertz/exporter';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { dashboards } from '../src/dashboards';
import { textOf } from '../src/dashboards/write';
import { ROOT } from '../src/files';
import { DASHBOARD_LIST, expressionsOf, FILES, panelsOf, substitute, textOfFile } from './dashboard-files';
import { readPromql } from './promql';

const yaml = (file: string) => parse(readFileSync(join(ROOT, file), 'utf8')) as Record<string, unknown>;

test.each(FILES)('%s is up to date (npm run dashboards -w provisioning)', (file) => {
  expect(Object.keys(dashboards())).toEqual(FILES);
  expect(textOfFile(file)).toBe(textOf(dashboards()[file] ?? {}));
});

test('uids are those that alerts, documents and the compose file link to', () => {
  expect(DASHBOARD_LIST.map(({ uid }) => uid).sort()).toEqual([
    'onehertz-component',
    'onehertz-self',
    'onehertz-status',
  ]);
  // the board is pushed, so the rest need not keep the page busy; 5 s is the least that Grafana allows by default
  expect(DASHBOARD_LIST.map(({ uid, refresh }) => `${uid} ${refresh}`).sort()).toEqual([
    'onehertz-component 5s',
    'onehertz-self 5s',
    'onehertz-status 10s',
  ]);
});

const CHANNELS = (['components', 'board', 'history'] as const).map((name) => channelOf(DEFAULT_STREAM_ID, name));

describe.each(DASHBOARD_LIST.map((dashboard) => [dashboard.uid, dashboard] as const))('%s', (_uid, dashboard) => {
  const panels = panelsOf(dashboard);

  test('has a schema version that Grafana 12 and later read', () => {
    expect(dashboard.schemaVersion).toBeGreaterThanOrEqual(39);
  });

  test('has panels that do not overlap, with unique ids and titles', () => {
    const ids = [...dashboard.panels, ...panels.filter((panel) => !dashboard.panels.includes(panel))].map(
      ({ id }) => id
    );
    expect(new Set(ids).size).toBe(ids.length);
    const open = dashboard.panels.map(({ gridPos }) => gridPos);
    for (const [index, a] of open.entries()) {
      expect(a.x + a.w).toBeLessThanOrEqual(24);
      for (const b of open.slice(index + 1))
        expect(a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h).toBe(false);
    }
    for (const { description, title, type } of panels) {
      expect(description?.length).toBeGreaterThan(3);
      if (type !== 'onehertz-status-panel') expect(title).not.toBe('');
    }
  });

  test('has panels of types that exist', () => {
    const { id: own } = JSON.parse(readFileSync(join(ROOT, 'grafana-plugin', 'src', 'plugin.json'), 'utf8')) as {
      id: string;
    };
    const types = [own, 'timeseries', 'stat', 'table', 'state-timeline', 'text'];
    for (const { type } of panels) expect(types).toContain(type);
  });

  test('asks the Prometheus that its first variable names, and what is built in: no uid of our own', () => {
    const [source, ...variables] = dashboard.templating.list ?? [];
    expect(source).toMatchObject({ type: 'datasource', query: 'prometheus' });
    const { datasources } = yaml('provisioning/datasources/onehertz.yml') as {
      datasources: { uid: string; name: string; type: string }[];
    };
    const provisioned = datasources.find(({ type }) => type === 'prometheus');
    expect(source?.current).toMatchObject({ text: provisioned?.name, value: provisioned?.uid });
    const used = [
      ...panels.flatMap(({ datasource, targets = [] }) => [datasource, ...targets.map((target) => target.datasource)]),
      ...variables.map(({ datasource }) => datasource),
      ...dashboard.annotations.list.flatMap(({ datasource, target }) => [datasource, target.datasource]),
    ];
    expect(used.length).toBeGreaterThan(10);
    for (const { uid } of used.filter((one) => one !== undefined)) expect(['${prometheus}', 'grafana']).toContain(uid);
  });

  test('has queries with unique names, in PromQL that Prometheus 3 parses', () => {
    for (const { targets = [] } of panels) expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
    const expressions = expressionsOf(dashboard);
    expect(expressions.length).toBeGreaterThan(5);
    for (const { where, expr } of expressions) {
      const text = substitute(expr, { component: 'redis', instance: '.*' });
      expect({ where, errors: readPromql(text).errors }).toEqual({ where, errors: [] });
    }
  });

  test('uses variables that it has, or that Grafana has', () => {
    const own = (dashboard.templating.list ?? []).map(({ name }) => name);
    const builtIn = ['__rate_interval', '__range', '__url_time_range', '__data.fields.component'];
    // of the status panel, for its links
    const ofPanel = ['__component'];
    const used = [...JSON.stringify(dashboard).matchAll(/\$\{([\w.]+)[^}]*\}|\$([a-zA-Z]\w*|__\w+)/g)].map(
      ([, braced, bare]) => braced ?? bare ?? ''
    );
    const known = [...own, ...builtIn, ...ofPanel, '__all', '1'];
    expect(used.filter((name) => !known.includes(name) && !/^__field\.labels\.\w+$/.test(name))).toEqual([]);
    for (const name of own) expect(used).toContain(name);
  });

  test('links to dashboards and variables that exist', () => {
    const links = [...JSON.stringify(dashboard).matchAll(/"(?:url)":"(\/d\/[^"]+)"/g)].map(([, url]) => url ?? '');
    for (const url of links) {
      const [, uid, variable] = /^\/d\/([\w-]+)\/\w+\?var-(\w+)=/.exec(url) ?? [];
      const target = DASHBOARD_LIST.find((one) => one.uid === uid);
      expect({ url, variables: target?.templating.list?.map(({ name }) => name) }).toEqual({
        url,
        variables: expect.arrayContaining([variable]) as unknown,
      });
    }
  });

  test('mixes no Live channel with another data source: Grafana would never show either (grafana/grafana#113806)', () => {
    for (const { targets = [] } of panels)
      if (targets.some(({ channel }) => channel !== undefined))
        expect(new Set(targets.map(({ datasource }) => datasource.uid))).toEqual(new Set(['grafana']));
  });

  test('gives the status panel options that it has, and channels that the exporter pushes', () => {
    const source = readFileSync(join(ROOT, 'grafana-plugin', 'src', 'options', 'options.ts'), 'utf8');
    const own = panels.filter(({ type }) => type === 'onehertz-status-panel');
    for (const { options = {}, targets = [] } of own) {
      for (const name of Object.keys(options)) expect(source).toMatch(new RegExp(`^  ${name}: `, 'm'));
      for (const { channel } of targets) if (channel !== undefined) expect(CHANNELS).toContain(channel);
    }
  });
});

test('of what probes measure there are the panels of the chosen component alone, each with a title and names for its lines', () => {
  const component = DASHBOARD_LIST.find(({ uid }) => uid === 'onehertz-component');
  const variables = component?.templating.list?.filter(({ name }) => name.startsWith('figure')) ?? [];
  const found = variables.map(({ query }) =>
    [...query.matchAll(/"names", "([^"]+)", "", ""\), "title", "([^"]+)"/g)].map(([, names, title]) => [names, title])
  );
  const rows = (PROBES as readonly AnyDefinition[]).flatMap(({ row }) => row ?? []);
  const declared = rows.flatMap(({ prefix, panels }) =>
    panels.map(({ title, series }) => [
      Object.keys(series)
        .map((name) => `${prefix}${name}`)
        .join('|'),
      title,
    ])
  );
  expect(found.flat().sort()).toEqual(declared.sort());
  const text = JSON.stringify(component);
  for (const [names] of declared)
    for (const name of names?.split('|').filter((one) => !one.endsWith('_timestamp_seconds')) ?? [])
      expect(text).toContain(`"matcher":{"id":"byName","options":"${name}"}`);
  for (const { query } of variables) {
    const text = substitute(query.replace(/^query_result\((.*)\)$/s, '$1'), { component: 'redis' });
    expect(readPromql(text).errors).toEqual([]);
  }
});

test('one panel shows the streams of several exporters', () => {
  const [status] = Object.entries(dashboards(['onehertz-0', 'onehertz-1'])).filter(([file]) => file.includes('status'));
  const [board] = panelsOf(JSON.parse(JSON.stringify(status?.[1])) as Parameters<typeof panelsOf>[0]);
  expect(board?.targets?.map(({ refId, channel }) => [refId, channel])).toEqual([
    ['Live', 'stream/onehertz-0/components'],
    ['Board', 'stream/onehertz-0/board'],
    ['History', 'stream/onehertz-0/history'],
    ['Live2', 'stream/onehertz-1/components'],
    ['Board2', 'stream/onehertz-1/board'],
    ['History2', 'stream/onehertz-1/history'],
    // answered at once, so that the panel is drawn before the first push
    ['Ready', undefined],
  ]);
});

test("the dashboards' stream is that of an exporter with default configuration", () => {
  const { properties } = JSON.parse(readFileSync(join(ROOT, 'exporter', 'onehertz.schema.json'), 'utf8')) as {
    properties: { grafana_live: { properties: { stream_id: { default: string } } } };
  };
  expect(CHANNELS).toContain(`stream/${properties.grafana_live.properties.stream_id.default}/components`);
});

test('the dashboards of alerts exist, with the variables that their links set', () => {
  const rules = ['components', 'exporter'].map((name) =>
    readFileSync(join(ROOT, 'provisioning', 'prometheus', 'rules', `${name}.yml`), 'utf8')
  );
  const links = rules.flatMap((text) => [
    ...text.matchAll(/dashboard_url: http:\/\/localhost:3000\/d\/([\w-]+)(?:\?var-(\w+)=)?/g),
  ]);
  expect(links.length).toBeGreaterThan(10);
  for (const [, uid, variable] of links) {
    const dashboard = DASHBOARD_LIST.find((one) => one.uid === uid);
    expect(dashboard).toBeDefined();
    if (variable) expect(dashboard?.templating.list?.map(({ name }) => name)).toContain(variable);
  }
});
