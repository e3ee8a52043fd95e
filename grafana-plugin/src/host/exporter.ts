/** Requests of this page to an exporter: maintenance of components, and silences of Alertmanager. See docs/api.md. */
import {
  isObject,
  MOST_ASKED_TEXT,
  parseObject,
  readText,
  readTime,
  type AskedFacts,
  type JsonObject,
} from '@onehertz/contract';

/** What can be asked for, by the name of its resource. */
export type Act = 'maintenance' | 'silences';

export interface Wish {
  component: string;
  /** As in the configuration: `30m`. */
  duration: string;
  /** Why, and who asks for it; empty if not said. */
  reason: string;
  by: string;
}

/** What the exporter says is in force now; empty if that has ended. */
export type InForce = AskedFacts;

interface Refused {
  ok: false;
  /** A sentence. */
  problem: string;
  needsSignIn: boolean;
}

export type Answer = { ok: true; inForce: InForce } | Refused;

/** The page that asks. */
export type Asking = Pick<Location, 'origin' | 'protocol'>;

/** The browser may ask its user for the password of the exporter. */
const TIMEOUT_MS = 60_000;

/** @param url of the exporter, without a slash at the end */
export async function begin(url: string, act: Act, { component, duration, reason, by }: Wish): Promise<Answer> {
  const query = new URLSearchParams({ component, duration });
  if (reason !== '') {
    query.set('reason', reason.slice(0, MOST_ASKED_TEXT.reason));
  }
  if (by !== '') {
    query.set('by', by.slice(0, MOST_ASKED_TEXT.by));
  }
  const answer = await ask(url, 'POST', `${act}?${query.toString()}`);
  return answer.ok ? { ok: true, inForce: readInForce(answer.said, act) } : answer;
}

export async function endMaintenance(url: string, component: string): Promise<Answer> {
  const answer = await ask(url, 'DELETE', `maintenance/${encodeURIComponent(component)}`);
  return answer.ok ? { ok: true, inForce: {} } : answer;
}

/** Ends the silences that mute alerts of this component, and of no other. One that mutes others too is a problem: it goes on. */
export async function endSilence(url: string, component: string): Promise<Answer> {
  const listed = await ask(url, 'GET', 'silences');
  if (!listed.ok) {
    return listed;
  }
  const own = silencesIn(listed.said).filter(({ components }) => components.includes(component));
  const ending = own.filter(({ components }) => components.length === 1);
  const answers = await Promise.all(ending.map(({ id }) => ask(url, 'DELETE', `silences/${encodeURIComponent(id)}`)));
  const refused = answers.find((answer) => !answer.ok);
  if (refused) {
    return refused;
  }
  const others = [...new Set(own.flatMap(({ components }) => components))].filter((name) => name !== component);
  if (others.length > 0) {
    const which = ending.length > 0 ? 'One was ended; another one' : 'The silence';
    return {
      ok: false,
      problem: `${which} also mutes ${others.join(', ')}: end it in Alertmanager.`,
      needsSignIn: false,
    };
  }
  return own.length > 0
    ? { ok: true, inForce: {} }
    : { ok: false, problem: 'The silence is no longer there.', needsSignIn: false };
}

type Said = { ok: true; said: JsonObject } | Refused;

/** @param path below `/api/v1/` */
async function ask(url: string, method: string, path: string): Promise<Said> {
  let response: Response;
  let body: string;
  try {
    response = await fetch(`${url}/api/v1/${path}`, {
      method,
      // the password or certificate that the user has given the browser for the exporter, if it asks for one
      credentials: 'include',
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    body = await response.text();
  } catch (error) {
    return { ok: false, problem: whyUnreachable(error, url, window.location), needsSignIn: false };
  }
  const said = parseObject(body);
  if (response.ok && said) {
    return { ok: true, said };
  }
  const why = typeof said?.error === 'string' ? said.error : `HTTP ${response.status}`;
  const problem = `The exporter at ${url} rejected the request: ${why}`;
  return { ok: false, problem, needsSignIn: response.status === 401 };
}

/** Browsers do not tell a page why a request to another address failed: this names what it can be. */
export function whyUnreachable(error: unknown, url: string, { protocol, origin }: Asking): string {
  if (error instanceof Error && error.name === 'TimeoutError') {
    return `The exporter at ${url} did not answer within ${TIMEOUT_MS / 1000} s. It may have done it all the same: look at the board before you try again.`;
  }
  if (protocol === 'https:' && /^http:/i.test(url) && !isLoopback(url)) {
    return `This page came over HTTPS, and the exporter's address ${url} is plain HTTP: browsers do not send such requests. Give the exporter TLS, or a proxy with TLS, and start it with that address as --web.external-url.`;
  }
  return `The exporter at ${url} cannot be reached from this browser; is it running, is this address right for people (--web.external-url), and does it allow ${origin} (--web.cors-origin)?`;
}

/** To this machine itself browsers do send them. */
function isLoopback(url: string): boolean {
  return /^http:\/\/(?:localhost|[\w.-]+\.localhost|127(?:\.\d+){3}|\[::1\])(?:[:/]|$)/i.test(url);
}

/** `{"maintenance": [{"until": …}]}`, `{"silence": {"until": …}}` */
function readInForce({ maintenance, silence }: JsonObject, act: Act): InForce {
  const found = act === 'silences' ? silence : Array.isArray(maintenance) ? maintenance[0] : undefined;
  if (!isObject(found)) {
    return {};
  }
  const { until, by, reason } = found;
  return { until: readTime(until), by: readText(by), reason: readText(reason) };
}

/** Those that mute alerts now, with the names of their components. */
function silencesIn({ silences }: JsonObject): Array<{ id: string; components: string[] }> {
  return (Array.isArray(silences) ? silences : []).flatMap((entry) => {
    if (!isObject(entry) || typeof entry.id !== 'string' || entry.state === 'pending') {
      return [];
    }
    const components = Array.isArray(entry.components) ? entry.components : [];
    const names = components.flatMap((one) =>
      isObject(one) && typeof one.component === 'string' ? [one.component] : []
    );
    return [{ id: entry.id, components: names }];
  });
}
