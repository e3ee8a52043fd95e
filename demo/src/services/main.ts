#!/usr/bin/env node
/** Runs one of the demo's services: `node main.js backend|training|inference`; addresses come from the environment. */
import express from 'express';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createBackend } from './backend';
import { healthHandler } from './health';
import { createInference } from './inference';
import type { Service } from './service';
import { settingsFrom, type Settings } from './settings';
import { createTraining } from './training';

const SERVICES: Record<string, (settings: Settings) => Service> = {
  backend: createBackend,
  training: createTraining,
  inference: createInference,
};

function version(): string {
  const file = join(__dirname, '..', '..', 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

function main(): void {
  const name = process.argv[2] ?? '';
  const create = SERVICES[name];
  if (!create) fail(`usage: main.js ${Object.keys(SERVICES).join('|')}`);
  const settings = settingsFrom(process.env);
  const service = create(settings);

  const app = express();
  app.disable('x-powered-by');
  app.get('/health', healthHandler(name, version(), service.dependencies));
  service.routes?.(app);
  const server = app.listen(settings.port, settings.host, (error) => {
    if (error) fail(`${name} cannot listen on ${settings.host}:${settings.port}: ${error.message}`);
    process.stdout.write(`${name} listens on ${settings.host}:${settings.port}\n`);
  });

  const stop = () => {
    service.work.forEach((one) => one.stop());
    service.dependencies.forEach((one) => one.close());
    server.close(() => process.exit(0));
    server.closeAllConnections();
    setTimeout(() => process.exit(0), 500).unref();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

main();
