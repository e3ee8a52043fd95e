/**
 * `/api/v1/maintenance`: maintenance of components that somebody asks for while the exporter runs. Requests have parameters and no body, as
 * no answer waits for one, see in-turn.ts.
 */
import { Router, type Response } from 'express';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Board } from '../board/board';
import { askedMaintenance, type AskedMaintenance } from '../board/maintenance';
import { duration } from '../fields/duration';
import { sendRefusal } from '../outputs/refusal';
import { safeText } from '../text/safe-text';
import type { Bodies } from './bodies';
import { unknownComponents } from './unknown-components';

export interface MaintenanceOptions {
  board: Board;
  bodies: Pick<Bodies, 'forget'>;
  log: Logger;
  /** Whether it may be changed. */
  isEnabled: boolean;
}

const DAY_MS = 86_400_000;
const MOST_DAYS = 30;
const MOST_COMPONENTS = 1000;
const IS_OFF = {
  status: 403,
  message: 'maintenance on request is disabled; start with --web.enable-maintenance-api',
};

const REQUEST = z.strictObject({
  component: z
    .preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(z.string()).max(MOST_COMPONENTS))
    .optional(),
  duration: duration().optional(),
  until: z.iso.datetime({ offset: true, error: 'expected a time such as "2026-03-01T12:00:00Z"' }).optional(),
  reason: z.string().max(300).default(''),
  by: z.string().max(100).default(''),
});

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
    const wanted = readRequest(request.query, now);
    if (typeof wanted === 'string') return void refuse(response, 400, wanted);
    const missing = wanted.components.filter((name) => !board.get(name));
    if (missing.length > 0) return void refuse(response, 404, unknownComponents(missing));
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

/** @returns a sentence about what is wrong with it, if it is */
function readRequest(
  query: unknown,
  now: number
): { components: string[]; until: number; reason: string; by: string } | string {
  const parsed = REQUEST.safeParse(query);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return safeText([issue?.path.join('.'), issue?.message].filter(Boolean).join(': '), 300);
  }
  const { component: components, duration: lasts, until: end, reason, by } = parsed.data;
  if (components === undefined)
    return 'expected ?component=…&duration=…, e.g. ?component=redis&duration=30m&reason=upgrade&by=Ada';
  if ((lasts === undefined) === (end === undefined)) return 'expected either duration or until';
  const until = end === undefined ? now + (lasts ?? 0) : Date.parse(end);
  if (until <= now) return 'its end is not in the future';
  if (until - now > MOST_DAYS * DAY_MS)
    return `at most ${MOST_DAYS} days can be requested; remove a component from the configuration if it will be away for longer`;
  return { components: [...new Set(components)], until, reason, by };
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
