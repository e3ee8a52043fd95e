#!/usr/bin/env node
/**
 * Records responses of a real Prometheus that scrapes a real exporter, for the tests of src/board: one service that
 * stays up, and one that stops and returns. Needs `prometheus` on the PATH and a built exporter. Writes
 * fixtures/prometheus.json.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const PHASE_MS = 6000;

const listen = async (server, port = 0) => {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server.address().port;
};
const freePort = async () => {
  const server = net.createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
};
const getJson = async (url) => {
  const response = await fetch(url);
  if (!response.ok) {
    throw new Error(`${url}: ${response.status} ${await response.text()}`);
  }
  return response.json();
};
const until = async (what, check) => {
  const deadline = Date.now() + 20_000;
  while (!(await check().catch(() => false))) {
    if (Date.now() > deadline) {
      throw new Error(`${what} did not happen within 20 s`);
    }
    await sleep(100);
  }
};

const folder = await mkdtemp(join(tmpdir(), 'onehertz-record-'));
const children = [];
const start = (command, args) => {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  children.push(child);
};

try {
  const service = http.createServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end('{"status":"ok","version":"2.4.1","uptime_seconds":4711}');
  });
  const servicePort = await listen(service);
  let listener = net.createServer((socket) => socket.on('error', () => undefined).end());
  const listenerPort = await listen(listener);
  const [exporterPort, prometheusPort] = [await freePort(), await freePort()];

  const components = [
    {
      name: 'backend',
      display_name: 'Backend',
      probe: 'http',
      url: `http://127.0.0.1:${servicePort}`,
      labels: { region: 'eu' },
    },
    { name: 'listener', probe: 'tcp', address: `127.0.0.1:${listenerPort}`, critical: true, depends_on: ['backend'] },
  ];
  // JSON is YAML
  await writeFile(join(folder, 'onehertz.yml'), JSON.stringify({ components }));
  const targets = [{ targets: [`127.0.0.1:${exporterPort}`] }];
  const scrapes = [{ job_name: 'onehertz', scrape_interval: '1s', scrape_timeout: '1s', static_configs: targets }];
  await writeFile(join(folder, 'prometheus.yml'), JSON.stringify({ scrape_configs: scrapes }));

  start(process.execPath, [
    at('../../exporter/dist/cli.js'),
    `--config.file=${join(folder, 'onehertz.yml')}`,
    `--web.listen-address=127.0.0.1:${exporterPort}`,
    '--log.level=warn',
  ]);
  start('prometheus', [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${prometheusPort}`,
    '--log.level=warn',
  ]);

  const api = `http://127.0.0.1:${prometheusPort}/api/v1`;
  const query = (kind, expression, parameters) =>
    getJson(`${api}/${kind}?${new URLSearchParams({ query: expression, ...parameters })}`);
  const status = (name) => `component_status{component="listener",status="${name}"} == 1`;
  const isNow = async (name) => (await query('query', status(name))).data.result.length === 1;

  await until('the first scrape', () => isNow('healthy'));
  const from = Date.now() / 1000;
  await sleep(PHASE_MS);
  await new Promise((resolve) => listener.close(resolve));
  await until('the outage', () => isNow('unhealthy'));
  await sleep(PHASE_MS);
  listener = net.createServer((socket) => socket.on('error', () => undefined).end());
  await listen(listener, listenerPort);
  await until('the recovery', () => isNow('healthy'));
  await sleep(PHASE_MS);
  const to = Date.now() / 1000;

  const range = { start: from, end: to, step: 1 };
  const recorded = {
    range: {
      component_status: await query('query_range', 'component_status', range),
      'component_status == 1': await query('query_range', 'component_status == 1', range),
      component_up: await query('query_range', 'component_up', range),
      component_response_time_seconds: await query('query_range', 'component_response_time_seconds', range),
    },
    instant: {
      everything: await query('query', '{__name__=~"component_.+", __name__!~"component_probe.+"}', { time: to }),
      'max by (component) (component_up)': await query('query', 'max by (component) (component_up)', { time: to }),
    },
  };
  const text = await format(JSON.stringify(recorded), { parser: 'json', printWidth: 120 });
  await writeFile(at('../fixtures/prometheus.json'), text);
  service.close();
  listener.close();
} finally {
  children.forEach((child) => child.kill('SIGKILL'));
  await rm(folder, { recursive: true, force: true });
}
