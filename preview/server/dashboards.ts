/** Lists and serves classic dashboard files; read for each request, so that reloading the page shows changes. */
import { Router } from 'express';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

interface DashboardFile {
  uid: string;
  title: string;
  /** The whole dashboard, as written. */
  json: Record<string, unknown>;
}

/** `GET /` lists uid and title, `GET /:uid` is the dashboard; the first folder with a uid wins. */
export function dashboardRoutes(directories: readonly string[]): Router {
  const router = Router();
  router.get('/', async (_request, response) => {
    const dashboards = await readDashboards(directories);
    response.json([...dashboards.values()].map(({ uid, title }) => ({ uid, title })));
  });
  router.get('/:uid', async (request, response) => {
    const dashboard = (await readDashboards(directories)).get(request.params.uid);
    if (dashboard) response.json(dashboard.json);
    else response.status(404).json({ message: `there is no dashboard with the uid "${request.params.uid}"` });
  });
  return router;
}

async function readDashboards(directories: readonly string[]): Promise<Map<string, DashboardFile>> {
  const dashboards = new Map<string, DashboardFile>();
  for (const directory of directories) {
    for (const file of await jsonFiles(directory)) {
      const dashboard = parseDashboard(await readFile(file, 'utf8'));
      if (dashboard && !dashboards.has(dashboard.uid)) dashboards.set(dashboard.uid, dashboard);
    }
  }
  return dashboards;
}

async function jsonFiles(directory: string): Promise<string[]> {
  try {
    const names = await readdir(directory, { recursive: true });
    return names
      .filter((name) => name.endsWith('.json'))
      .sort()
      .map((name) => join(directory, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Skips files that are not dashboards, or are being written. */
function parseDashboard(text: string): DashboardFile | undefined {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json !== 'object' || json === null) return undefined;
    const { uid, title } = json as Record<string, unknown>;
    if (typeof uid !== 'string' || typeof title !== 'string') return undefined;
    return { uid, title, json: json as Record<string, unknown> };
  } catch {
    return undefined;
  }
}
