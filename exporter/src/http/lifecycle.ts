/** `/-/healthy`, `/-/ready` and `/-/reload`, as in Prometheus. */
import { Router } from 'express';
import type { Board } from '../board/board';

export type ReloadResult = { ok: true } | { ok: false; problems: string };

export function lifecycleRoutes(board: Board, reload: (() => Promise<ReloadResult>) | undefined): Router {
  const router = Router();
  router.get('/-/healthy', (_request, response) => {
    response.type('text/plain').send('Onehertz is healthy.\n');
  });
  router.get('/-/ready', (_request, response) => {
    if (board.ready) response.type('text/plain').send('Onehertz is ready.\n');
    else response.status(503).type('text/plain').send('Onehertz is starting: the first round is not complete yet.\n');
  });
  router.post('/-/reload', async (_request, response) => {
    response.type('text/plain');
    if (!reload)
      return void response.status(403).send('Reloading over HTTP is disabled; start with --web.enable-lifecycle.\n');
    const result = await reload();
    if (result.ok) response.send('The configuration was reloaded.\n');
    else response.status(400).send(`The configuration was rejected; the previous one is kept.\n${result.problems}\n`);
  });
  return router;
}
