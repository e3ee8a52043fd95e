/** `/api/v1`: the board, its transitions, exports, and on-demand probes. */
import type { ComponentJson } from '@onehertz/contract';
import { stringify } from 'csv-stringify';
import { Router } from 'express';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Board } from '../board/board';
import { componentJson } from '../board/component-json';
import type { ComponentState } from '../board/state';
import { sendRefusal } from '../outputs/refusal';
import { createSlice } from '../runtime/slices';
import { readEvents } from './pages/events-page';
import { sendStream } from './send-stream';

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

const PROBE_IS_OFF = { status: 403, message: 'probing on demand is switched off; start with --web.enable-probe-api' };

/** @param probeNow `undefined` if on-demand probes are disabled */
export function apiRoutes(board: Board, probeNow: ((name: string) => Promise<boolean>) | undefined): Router {
  const router = Router();
  /** Ids of transitions restart with the exporter; this identifies the process in cursors. */
  const run = randomBytes(4).toString('hex');

  router.get('/components', async (_request, response) => {
    response.type('json').send(await report());
  });

  router.get('/components/:name', (request, response) => {
    const state = board.get(request.params.name);
    if (!state) return void response.status(404).json(unknownComponent(request.params.name));
    response.json(detailed(state));
  });

  router.get('/events', (request, response) => {
    const page = readEvents(board.events, run, request.query);
    if ('error' in page) return void response.status(400).json(page);
    response.json(page);
  });

  router.get('/export.json', async (_request, response) => {
    response
      .attachment(fileName('json'))
      .type('json')
      .send(await report());
  });

  router.get('/export.csv', async (_request, response) => {
    response.attachment(fileName('csv')).type('text/csv');
    // escape_formulas: messages of components must not be evaluated as formulas by a spreadsheet
    const csv = stringify({
      header: true,
      columns: [...CSV_COLUMNS],
      escape_formulas: true,
      cast: { boolean: String },
    });
    await sendStream(response, Readable.from(rows()), csv);
  });

  router.post('/probe', async (_request, response) => {
    if (!probeNow) return void sendRefusal(response, PROBE_IS_OFF);
    await Promise.all([...board.states()].map(({ target }) => probeNow(target.name)));
    response.type('json').send(await report());
  });

  router.post('/probe/:name', async (request, response) => {
    if (!probeNow) return void sendRefusal(response, PROBE_IS_OFF);
    const found = await probeNow(request.params.name);
    const state = board.get(request.params.name);
    if (!found || !state) return void response.status(404).json(unknownComponent(request.params.name));
    response.json(detailed(state));
  });

  /** A component including the details that are not sent every second. */
  function detailed(state: ComponentState): ComponentJson {
    const { target, changes, probes } = state;
    return {
      ...componentJson(state, board),
      probe: target.probe,
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
      yield componentJson(state, board);
      if (slice.isOver()) await slice.next();
    }
  }

  /** The whole board as JSON, generated in slices because there may be thousands of components. */
  async function report(): Promise<string> {
    const slice = createSlice();
    const components: string[] = [];
    for (const state of [...board.states()]) {
      components.push(`${JSON.stringify(state.target.name)}:${JSON.stringify(detailed(state))}`);
      if (slice.isOver()) await slice.next();
    }
    const { overall, kinds, lateMs: late_ms } = board;
    const rest = JSON.stringify({ timestamp: new Date().toISOString(), late_ms, overall, kinds });
    return `${rest.slice(0, -1)},"components":{${components.join(',')}}}`;
  }

  return router;
}

function unknownComponent(name: string): { error: string } {
  return { error: `there is no component "${name}"; /api/v1/components lists them` };
}

function fileName(extension: string): string {
  return `onehertz-${new Date().toISOString().replace(/[:.]/g, '-')}.${extension}`;
}
