/**
 * `/api/v1/maintenance`: maintenance of components that somebody asks for while the exporter runs. Requests have parameters and no body, as
 * no answer waits for one, see in-turn.ts.
 */
import { Router, type Response } from 'express';
import type { Logger } from 'pino';
import type { Board } from '../board/board';
import { askedMaintenance, type AskedMaintenance } from '../board/maintenance';
import { sendRefusal } from '../outputs/refusal';
import type { Bodies } from './bodies';
import { readRequest } from './request-for-components';
import { unknownComponents } from './unknown-components';

export interface MaintenanceOptions {
  board: Board;
  bodies: Pick<Bodies, 'forget'>;
  log: Logger;
  /** Whether it may be changed. */
  isEnabled: boolean;
}

const IS_OFF = {
  status: 403,
  message: 'maintenance on request is disabled; start with --web.enable-maintenance-api',
};

/** The form of one maintenance in answers. Times in ISO 8601 UTC. */
interface MaintenanceJson {
  component: string;
  from: string;
  until: string;
  by?: string;
  reason?: string;
}

export function maintenanceRoutes({ board, bodies, log, isEnabled }: MaintenanceOptions): Router {
  const router = Router();

  router.get('/', (_request, response) => {
    const maintenance = [...board.states()].flatMap(({ target, asked }) => (asked ? [jsonOf(target.name, asked)] : []));
    response.json({ maintenance });
  });

  router.post('/', (request, response) => {
    if (!isEnabled) return void sendRefusal(response, IS_OFF);
    const now = Date.now();
    const read = readRequest(request.query, now, board);
    if (!read.ok) return void sendRefusal(response, read.refusal);
    const { wanted } = read;
    const asked = askedMaintenance(now, wanted.until, wanted.by, wanted.reason);
    for (const name of wanted.components) {
      const isReplaced = board.get(name)?.asked !== undefined;
      board.maintain(name, asked);
      log.info({ ...jsonOf(name, asked), replaced: isReplaced }, 'maintenance begins');
    }
    bodies.forget();
    response.json({ maintenance: wanted.components.map((name) => jsonOf(name, asked)) });
  });

  router.delete('/:name', (request, response) => {
    if (!isEnabled) return void sendRefusal(response, IS_OFF);
    const { name } = request.params;
    const state = board.get(name);
    if (!state) return void refuse(response, 404, unknownComponents([name]));
    if (!state.asked) return void refuse(response, 404, `no maintenance of "${name}" was requested, or it has ended`);
    const { asked } = state;
    board.maintain(name, undefined);
    log.info({ ...jsonOf(name, asked) }, 'maintenance ended');
    bodies.forget();
    response.json({ ended: jsonOf(name, asked) });
  });

  return router;
}

function jsonOf(component: string, { from, until, by, reason }: AskedMaintenance): MaintenanceJson {
  return {
    component,
    from: new Date(from).toISOString(),
    until: new Date(until).toISOString(),
    ...(by !== '' && { by }),
    ...(reason !== '' && { reason }),
  };
}

function refuse(response: Response, status: number, message: string): void {
  sendRefusal(response, { status, message });
}
