/** `/metrics` in the format requested by the scraper, compressed if supported. */
import { Router } from 'express';
import type { Format } from '../outputs/metrics/exposition';
import type { Metrics } from '../outputs/metrics/metrics';
import type { Bodies } from './bodies';

export function metricsRoute(metrics: Metrics, bodies: Bodies): Router {
  const router = Router();
  const answers = {
    prometheus: bodies.shared(() => metrics.expose('prometheus').body),
    openmetrics: bodies.shared(() => metrics.expose('openmetrics').body),
  };
  router.get('/metrics', (request, response, next) => {
    const accepted = request.accepts(['text/plain', 'application/openmetrics-text']);
    const format: Format = accepted === 'application/openmetrics-text' ? 'openmetrics' : 'prometheus';
    response.setHeader('Content-Type', metrics.contentType(format));
    response.vary('Accept');
    return answers[format](request, response, next);
  });
  return router;
}
