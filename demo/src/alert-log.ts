#!/usr/bin/env node
/**
 * The demo's alert receiver: prints each alert from Alertmanager on one line.
 * `node alert-log.js`; HOST and PORT come from the environment (127.0.0.1:10112). `GET /alerts` returns the last
 * hundred as JSON.
 * See https://prometheus.io/docs/alerting/latest/configuration/#webhook_config for the body of the webhook.
 */
import express, { type ErrorRequestHandler } from 'express';

interface WebhookAlert {
  status: 'firing' | 'resolved';
  labels: Record<string, string>;
  annotations: Record<string, string>;
  startsAt: string;
  endsAt: string;
}

const KEPT = 100;

function line(alert: WebhookAlert, now: Date): string {
  const { labels, annotations } = alert;
  const words = [now.toISOString(), alert.status.toUpperCase().padEnd(8), (labels.severity ?? '').padEnd(8)];
  return [...words, `${labels.alertname}: ${annotations.summary ?? ''}`]
    .join(' ')
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ');
}

function isWebhookBody(body: unknown): body is { alerts: WebhookAlert[] } {
  return typeof body === 'object' && body !== null && Array.isArray((body as { alerts?: unknown }).alerts);
}

function main(): void {
  const host = process.env.HOST ?? '127.0.0.1';
  const port = Number(process.env.PORT ?? 10112);
  let alerts: (WebhookAlert & { receivedAt: string })[] = [];

  const app = express();
  app.disable('x-powered-by');
  app.use(express.json({ limit: '1mb' }));
  app.get('/health', (_request, response) => void response.json({ status: 'healthy', service: 'alert-log' }));
  app.get('/alerts', (_request, response) => void response.json(alerts));
  app.post('/alerts', (request, response) => {
    const body: unknown = request.body;
    if (!isWebhookBody(body))
      return void response.status(400).json({ error: 'expected a notification of Alertmanager' });
    const now = new Date();
    for (const alert of body.alerts) process.stdout.write(`${line(alert, now)}\n`);
    alerts = [...alerts, ...body.alerts.map((alert) => ({ ...alert, receivedAt: now.toISOString() }))].slice(-KEPT);
    response.status(204).end();
  });

  const onError: ErrorRequestHandler = (error: { status?: number } | undefined, _request, response, _next) => {
    const status = error?.status ?? 500;
    response
      .status(status)
      .json({ error: status === 413 ? 'larger than 1 MB' : 'expected a notification of Alertmanager, as JSON' });
  };
  app.use(onError);

  const server = app.listen(port, host, (error) => {
    if (error) {
      process.stderr.write(`alert-log cannot listen on ${host}:${port}: ${error.message}\n`);
      process.exit(2);
    }
    process.stdout.write(`alert-log listens on ${host}:${port}\n`);
  });
  const stop = () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

main();
