/**
 * `/api/v1/silences`: silences of Alertmanager that concern components, made and ended on request. As for maintenance, requests have
 * parameters and no body.
 */
import { Router, type Response } from 'express';
import type { Logger } from 'pino';
import type { Board } from '../board/board';
import { AlertmanagerError, matchersText, type Listed, type Matcher, type Silences } from '../outputs/alertmanager';
import { sendRefusal } from '../outputs/refusal';
import { safeText } from '../text/safe-text';
import type { Bodies } from './bodies';
import { readRequest } from './request-for-components';

export interface SilenceOptions {
  board: Board;
  bodies: Pick<Bodies, 'forget'>;
  log: Logger;
  /** Whether they may be made and ended. */
  isEnabled: boolean;
  /** `undefined`, or without any that are known: no Alertmanager is configured. */
  silences?: Pick<Silences, 'known'>;
}

const IS_OFF = {
  status: 403,
  message: 'silences on request are disabled; start with --web.enable-maintenance-api',
};
const NOT_CONFIGURED = {
  status: 503,
  message: 'no Alertmanager is configured; set alertmanager.url in the configuration',
};

/** Alertmanager requires both. */
const NOT_SAID = { by: 'Onehertz', reason: 'no reason given' };

/** The form of one silence in answers. Times in ISO 8601 UTC. */
interface SilenceJson {
  id: string;
  state: 'active' | 'pending';
  from: string;
  until: string;
  by?: string;
  reason?: string;
  /** All of them: `component="redis", alertname="ComponentSlow"`. */
  matchers: string;
  /** Those of this exporter that it concerns; `only`: the alerts that it mutes, absent if it mutes all of the component. */
  components: { component: string; only?: string }[];
  /** Of Alertmanager, for people. */
  page?: string;
}

export function silenceRoutes({ board, bodies, log, isEnabled, silences }: SilenceOptions): Router {
  const router = Router();

  router.get('/', (_request, response) => {
    const known = silences?.known;
    if (!known) return void sendRefusal(response, NOT_CONFIGURED);
    return answering(response, () => response.json({ silences: known.list().map(jsonOf) }));
  });

  router.post('/', (request, response) => {
    if (!isEnabled) return void sendRefusal(response, IS_OFF);
    const known = silences?.known;
    if (!known) return void sendRefusal(response, NOT_CONFIGURED);
    const read = readRequest(request.query, Date.now(), board);
    if (!read.ok) return void sendRefusal(response, read.refusal);
    const { components, until, by, reason } = read.wanted;
    return answering(response, async () => {
      const made = await known.make({
        ...{ matchers: [matcherOf(components)], until },
        ...{ by: by.trim() || NOT_SAID.by, reason: reason.trim() || NOT_SAID.reason },
      });
      log.info(logged(made), 'silence made');
      bodies.forget();
      response.json({ silence: jsonOf(made) });
    });
  });

  router.delete('/:id', (request, response) => {
    if (!isEnabled) return void sendRefusal(response, IS_OFF);
    const known = silences?.known;
    if (!known) return void sendRefusal(response, NOT_CONFIGURED);
    return answering(response, async () => {
      const { id } = request.params;
      const silence = known.list().find((one) => one.silence.id === id);
      if (!silence) return sendRefusal(response, absent(id));
      await known.end(silence);
      log.info(logged(silence), 'silence ended');
      bodies.forget();
      response.json({ ended: jsonOf(silence) });
    });
  });

  return router;
}

/** Answers with what Alertmanager said if it did not do what it was asked for. */
async function answering(response: Response, work: () => unknown): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof AlertmanagerError)) throw error;
    sendRefusal(response, { status: 502, message: error.message });
  }
}

const absent = (id: string) => ({
  status: 404,
  message: `there is no silence "${safeText(id, 100)}" that concerns a component, or it has ended; /api/v1/silences lists them`,
});

/** Names of components have no characters that are special in regular expressions. */
function matcherOf(components: readonly string[]): Matcher {
  const [only = ''] = components;
  return components.length === 1
    ? { name: 'component', value: only, isRegex: false, isEqual: true }
    : { name: 'component', value: `^(?:${components.join('|')})$`, isRegex: true, isEqual: true };
}

const logged = (one: Listed) => ({ ...jsonOf(one), components: one.components.map(({ name }) => name).join(' ') });

function jsonOf({ silence, components, page }: Listed): SilenceJson {
  const { id, state, from, until, by, reason, matchers } = silence;
  return {
    ...{ id, state, from: new Date(from).toISOString(), until: new Date(until).toISOString() },
    ...(by !== '' && { by }),
    ...(reason !== '' && { reason }),
    matchers: matchersText(matchers),
    components: components.map(({ name, only }) => ({ component: name, ...(only !== '' && { only }) })),
    ...(page !== '' && { page }),
  };
}
