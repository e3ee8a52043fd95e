/** `--web.route-prefix` and `--web.external-url`, as in Prometheus: all paths of the exporter begin with the prefix. */
import express, { type Express } from 'express';

/** `/onehertz/` → `/onehertz`; empty for `/`. */
export function normalPrefix(path: string): string {
  const parts = path.split('/').filter((part) => part !== '');
  return parts.map((part) => `/${part}`).join('');
}

/** Serves `app` under `prefix`. `/` and the prefix without its last slash lead to the landing page, whose paths are relative. */
export function mountedAt(prefix: string, app: Express): Express {
  if (prefix === '') return app;
  const outer = express();
  outer.disable('x-powered-by');
  outer.use((request, response, next) => {
    const isEntry = request.path === '/' || request.path === prefix;
    if (isEntry && (request.method === 'GET' || request.method === 'HEAD')) response.redirect(302, `${prefix}/`);
    else next();
  });
  outer.use(prefix, app);
  outer.use((request, response) => {
    response.status(404).json({ error: `not found: ${request.path}; all paths begin with ${prefix}` });
  });
  return outer;
}
