/** `/assets/…`: style sheets, scripts and icons of the pages. */
import { STATUSES } from '@onehertz/contract';
import { Router } from 'express';
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { statusIcon } from './icons';

/** `exporter/`, from `src/http/pages` as from `dist/http/pages`. */
const ROOT = join(__dirname, '..', '..', '..');
/** The modules of `exporter/web`; a page names the one that imports the others. */
const MODULES = ['alarms', 'board', 'dom', 'live', 'notify', 'preference', 'signals', 'sound', 'wall', 'wall-layout'];

export function assets(): Router {
  const router = Router();
  const logo = readFileSync(join(ROOT, 'assets', 'icon.svg'), 'utf8');
  // without `root`, Express serves no file below a folder whose name begins with a dot, such as ~/.npm and ~/.nvm
  const file = (name: string, path: string, maxAge: string | number = '1h') =>
    router.get(`/assets/${name}`, (_request, response) =>
      response.sendFile(basename(path), { root: dirname(path), maxAge })
    );
  for (const name of ['board.css', 'wall.css', 'no-script.css', 'icon.svg']) file(name, join(ROOT, 'assets', name));
  for (const status of STATUSES)
    router.get(`/assets/icon-${status}.svg`, (_request, response) =>
      response.set('Cache-Control', 'public, max-age=3600').type('svg').send(statusIcon(logo, status))
    );
  // asked for each time whether they are current: modules of two versions may not fit together
  for (const name of MODULES) file(`${name}.js`, join(ROOT, 'dist', 'web', `${name}.js`), 0);
  file('morphdom.js', require.resolve('morphdom/dist/morphdom-umd.min.js'));
  router.get('/favicon.ico', (_request, response) => response.redirect(301, 'assets/icon.svg'));
  return router;
}
