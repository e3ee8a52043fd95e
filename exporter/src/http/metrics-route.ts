/** `/metrics` in the format requested by the scraper, compressed if supported. */
import { Router } from 'express';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { Metrics } from '../outputs/metrics/metrics';
import { sendStream } from './send-stream';

/** Expositions are so repetitive that higher levels cost three times as much and save only a seventh. */
const GZIP_LEVEL = 1;

export function metricsRoute(metrics: Metrics): Router {
  const router = Router();
  router.get('/metrics', async (request, response) => {
    const openMetrics =
      request.accepts(['text/plain', 'application/openmetrics-text']) === 'application/openmetrics-text';
    const { contentType, body } = metrics.expose(openMetrics ? 'openmetrics' : 'prometheus');
    response.setHeader('Content-Type', contentType);
    response.vary('Accept').vary('Accept-Encoding');
    const gzip = request.acceptsEncodings(['gzip', 'identity']) === 'gzip';
    if (gzip) response.setHeader('Content-Encoding', 'gzip');
    if (request.method === 'HEAD') return void response.end();
    const source = Readable.from(body, { highWaterMark: 4 });
    await sendStream(response, source, ...(gzip ? [createGzip({ level: GZIP_LEVEL })] : []));
  });
  return router;
}
