/** `/metrics` in the format that the scraper asks for. */
import { Router } from 'express';
import type { Metrics } from '../outputs/metrics';

export function metricsRoute(metrics: Metrics): Router {
  const router = Router();
  router.get('/metrics', async (request, response) => {
    const openMetrics =
      request.accepts(['text/plain', 'application/openmetrics-text']) === 'application/openmetrics-text';
    const { contentType, text } = await metrics.expose(openMetrics ? 'openmetrics' : 'prometheus');
    response.setHeader('Content-Type', contentType);
    response.end(text);
  });
  return router;
}
