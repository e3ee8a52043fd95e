/** `/api/v1`: the board, its transitions, exports, and on-demand probes. */
import type { ComponentJson } from '@onehertz/contract';
import { stringify } from 'csv-stringify';
import { Router } from 'express';
import { randomBytes } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import type { Board } from '../board/board';
import { bareJson, componentJson, componentJsonWithRecent, jsonText } from '../board/component-json';
import { boardHeadline } from '../board/headline';
import type { ComponentState } from '../board/state';
import { sendRefusal } from '../outputs/refusal';
import { createSlice } from '../runtime/slices';
import type { Bodies } from './bodies';
import { csvText } from './csv';
import { eventsText, readEvents } from './pages/events-page';
import { unknownComponents } from './unknown-components';

const CSV_COLUMNS = [
  'service',
  'display_name',
  'kind',
  'type',
  'status',
  'since',
  'last_check',
  'response_time_ms',
  'version',
  'message',
  'error',
  'flapping',
] as const satisfies readonly (keyof ComponentJson)[];

const PROBE_IS_OFF = { status: 403, message: 'probing on demand is disabled; start with --web.enable-probe-api' };

/** @param probeNow `undefined` when probing on demand is switched off */
export function apiRoutes(
  board: Board,
  bodies: Bodies,
  probeNow: ((name: string) => Promise<boolean>) | undefined
): Router {
  const router = Router();
  /** Ids of transitions restart with the exporter; this identifies the process in cursors. */
  const run = randomBytes(4).toString('hex');

  const whole = bodies.shared(report);
  const table = bodies.shared(csv);

  router.get('/components', (request, response, next) => whole(request, response.type('json'), next));

  router.get('/components/:name', (request, response) => {
    const state = board.get(request.params.name);
    if (!state) return void sendRefusal(response, absent(request.params.name));
    response.type('json').send(text(state));
  });

  router.get('/events', async (request, response) => {
    const page = readEvents(board.events, run, request.query);
    if ('error' in page) return void response.status(400).json(page);
    await bodies.send(request, response.type('json'), () => eventsText(page));
  });

  router.get('/export.json', (request, response, next) =>
    whole(request, response.attachment(fileName('json')).type('json'), next)
  );

  router.get('/export.csv', (request, response, next) =>
    table(request, response.attachment(fileName('csv')).type('text/csv'), next)
  );

  router.post('/probe', async (request, response) => {
    if (!probeNow) return void sendRefusal(response, PROBE_IS_OFF);
    await Promise.all([...board.states()].map(({ target }) => probeNow(target.name)));
    bodies.forget();
    await bodies.send(request, response.type('json'), report);
  });

  router.post('/probe/:name', async (request, response) => {
    if (!probeNow) return void sendRefusal(response, PROBE_IS_OFF);
    const found = await probeNow(request.params.name);
    bodies.forget();
    const state = board.get(request.params.name);
    if (!found || !state) return void sendRefusal(response, absent(request.params.name));
    response.type('json').send(text(state));
  });

  function csv(): AsyncIterable<Buffer> {
    const text = stringify({ header: true, columns: [...CSV_COLUMNS], cast: { boolean: String, string: csvText } });
    pipeline(Readable.from(rows()), text, () => undefined);
    return text;
  }

  const text = (state: ComponentState) => jsonText(state, board, 'API', () => detailed(state));

  /** A component with what does not travel every second. */
  function detailed(state: ComponentState): ComponentJson {
    const { target, address, changes, probes } = state;
    return {
      ...componentJsonWithRecent(state, board),
      probe: target.probe,
      ...(address !== '' && { address }),
      critical: target.critical,
      interval_seconds: target.interval / 1000,
      depends_on: target.depends_on,
      status_changes: changes,
      probes: { ...probes },
    };
  }

  async function* rows(): AsyncGenerator<ComponentJson, void, undefined> {
    const slice = createSlice();
    for (const state of [...board.states()]) {
      yield board.guard(state.target.name, 'API', () => componentJson(state, board), bareJson(state));
      if (slice.isOver()) await slice.next();
    }
  }

  /** The whole board as JSON, generated in slices because there may be thousands of components. */
  async function report(): Promise<string> {
    const slice = createSlice();
    const components: string[] = [];
    for (const state of [...board.states()]) {
      components.push(`${JSON.stringify(state.target.name)}:${text(state)}`);
      if (slice.isOver()) await slice.next();
    }
    const { overall, kinds, lateMs: late_ms } = board;
    const now = Date.now();
    const headline = board.guard('', 'API', () => boardHeadline(board, now), undefined);
    const rest = JSON.stringify({ timestamp: new Date(now).toISOString(), late_ms, overall, headline, kinds });
    return `${rest.slice(0, -1)},"components":{${components.join(',')}}}`;
  }

  return router;
}

const absent = (name: string) => ({ status: 404, message: unknownComponents([name]) });

function fileName(extension: string): string {
  return `onehertz-${new Date().toISOString().replace(/[:.]/g, '-')}.${extension}`;
}
