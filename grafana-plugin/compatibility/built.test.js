/** The built module.js, loaded as by Grafana, with the libraries of an older Grafana. */
import { act, createElement, version } from 'react';
import { createRoot } from 'react-dom/client';
import { EventBusSrv, StreamingDataFrame, getDefaultTimeRange } from '@grafana/data';

const { readFileSync } = require('node:fs');
const { join } = require('node:path');

globalThis.IS_REACT_ACT_ENVIRONMENT = true;
const libraries = {
  react: () => require('react'),
  'react-dom': () => require('react-dom'),
  'react/jsx-runtime': () => require('react/jsx-runtime'),
  '@grafana/data': () => require('@grafana/data'),
  '@grafana/runtime': () => require('@grafana/runtime'),
  '@grafana/ui': () => require('@grafana/ui'),
  '@emotion/css': () => require('@emotion/css'),
  module: () => ({ id: 'onehertz-status-panel', uri: '/public/plugins/onehertz-status-panel/module.js' }),
};

/** Runs the AMD module. */
async function load() {
  let exported;
  const define = (dependencies, factory) => (exported = factory(...dependencies.map((name) => libraries[name]())));
  define.amd = true;
  new Function('define', readFileSync(join(__dirname, 'module.js'), 'utf8'))(define);
  return (await exported).plugin;
}

const NUMBERS = ['response_time_ms', 'since_ms', 'up'];
const FIELDS = ['details', 'error', 'message', 'response_time_ms', 'since_ms', 'status', 'up', 'version'];
const SCHEMA = {
  fields: [
    { name: 'labels', type: 'string' },
    { name: 'time', type: 'time' },
    ...FIELDS.map((name) => ({ name, type: NUMBERS.includes(name) ? 'number' : 'string' })),
  ],
};

function tick(time, status) {
  const row = {
    ...{ details: '{"critical":true}', error: '', message: 'fine', response_time_ms: 1, since_ms: time - 5000 },
    ...{ status, up: Number(status === 'healthy'), version: '1' },
  };
  return [['component=redis, kind=infrastructure, type=cache'], [time], ...FIELDS.map((name) => [row[name]])];
}

test(`draws, updates and opens the details with React ${version}`, async () => {
  expect(version).toMatch(/^18\./);
  const complaints = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  const { panel } = await load();
  const element = document.body.appendChild(document.createElement('div'));
  const root = createRoot(element);
  const frame = StreamingDataFrame.empty({ maxLength: 100 });
  const draw = (renderCounter) =>
    act(async () =>
      root.render(
        createElement(panel, {
          ...{
            id: 1,
            title: '',
            timeZone: 'utc',
            options: {},
            transparent: false,
            width: 900,
            height: 600,
            renderCounter,
          },
          data: { state: 'Streaming', series: [{ ...frame }], timeRange: getDefaultTimeRange() },
          timeRange: getDefaultTimeRange(),
          fieldConfig: { defaults: {}, overrides: [] },
          eventBus: new EventBusSrv(),
          replaceVariables: (text) => text,
        })
      )
    );
  const card = () => element.querySelector('[data-key="redis"]');
  const now = Math.floor(Date.now() / 1000) * 1000;

  frame.push({ schema: SCHEMA, data: { values: tick(now - 1000, 'unhealthy') } });
  await draw(0);
  expect(card().getAttribute('data-status')).toBe('unhealthy');
  expect(element.textContent).toMatch(/Critical/);

  frame.push({ data: { values: tick(now, 'healthy') } });
  await draw(1);
  expect(card().getAttribute('data-status')).toBe('healthy');

  await act(async () => card().click());
  expect(document.querySelector('[role="dialog"]')).not.toBeNull();
  await act(async () => root.unmount());
  expect(complaints.mock.calls).toEqual([]);
}, 60_000);
