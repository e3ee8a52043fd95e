/** A web receiver: OpenWebRX, KiwiSDR, or any HTTP server. */
import type { FailureReason } from '@onehertz/contract';
import { withDeadline } from '../../runtime/deadline';
import { reasonOf, reasonOfStatus } from '../../text/failure-reason';
import { createHttpClient, type HttpAnswer } from '../http-client/client';
import { probeWith } from '../http-client/probe';
import { describeRefusal } from '../http-client/refusal';
import type { GaugeSample, JsonValue, Probe, ProbeContext, ProbeResult } from '../probe';
import { parseKiwiSdr, parseOpenWebRx, parseOpenWebRxUsers, type ReceiverReport } from './formats';
import type { WebsdrTarget } from './settings';

type Software = Exclude<WebsdrTarget['software'], 'auto'>;

/** The status page of each software; `parse` returns `undefined` for a response of other software. */
const FORMATS: Record<Software, { path: string; parse(text: string): ReceiverReport | undefined }> = {
  openwebrx: { path: 'status.json', parse: parseOpenWebRx },
  kiwisdr: { path: 'status', parse: parseKiwiSdr },
  http: { path: '', parse: () => ({ software: 'HTTP', offline: false }) },
};
const NAMES: Record<Software, string> = { openwebrx: 'OpenWebRX', kiwisdr: 'KiwiSDR', http: 'HTTP' };
const ALL: readonly Software[] = ['openwebrx', 'kiwisdr', 'http'];

/** Fraction of the timeout for requesting the number of listeners, which is optional. */
const EXTRA_SHARE = 0.25;

export function create(target: WebsdrTarget, { log, secrets }: ProbeContext): Probe {
  const client = createHttpClient(target, secrets);
  const base = basePath(target.url);
  const candidates = target.software === 'auto' ? ALL : [target.software];
  /** The detected software; reset after a failure, because it may have been replaced. */
  let software: Software | undefined;
  let hasMetrics = true;

  /** Requests the status page of one software; `report` is `undefined` if the response is from other software. */
  async function ask(kind: Software, signal: AbortSignal): Promise<{ answer: HttpAnswer; report?: ReceiverReport }> {
    const answer = await client.get(base + FORMATS[kind].path, signal);
    const isOk = answer.statusCode >= 200 && answer.statusCode < 300;
    // the content of a large page (a single-page application responds at any path) is ignored
    const text = answer.unread === undefined ? answer.text : '';
    return { answer, report: isOk ? FORMATS[kind].parse(text) : undefined };
  }

  async function run(signal: AbortSignal): Promise<ProbeResult> {
    const kinds = software === undefined ? candidates : [software, ...candidates.filter((kind) => kind !== software)];
    /** The error to report: for the software detected before, else for the plain page. */
    let refused: string | undefined;
    let reason: FailureReason = 'other';
    try {
      for (const kind of kinds) {
        const { answer, report } = await ask(kind, signal);
        if (report !== undefined) {
          if (software !== kind) log.debug(`it answers as ${NAMES[kind]}`);
          if (software !== kind) hasMetrics = true;
          software = kind;
          if (kind === 'openwebrx') report.users ??= await askUsers(signal);
          return describe(report, answer, target, client.clear);
        }
        if (software === undefined || kind === software) {
          refused = client.clear(refusal(kind, answer));
          reason = answer.statusCode < 300 ? 'protocol' : reasonOfStatus(answer.statusCode);
        }
      }
    } catch (error) {
      refused = client.explain(error);
      reason = reasonOf(error);
    }
    software = undefined;
    return { status: 'unhealthy', error: refused, reason };
  }

  /** Releases of OpenWebRX report the number of listeners elsewhere, and only some versions do. */
  async function askUsers(signal: AbortSignal): Promise<number | undefined> {
    if (!hasMetrics) return undefined;
    try {
      const { text, statusCode } = await withDeadline(signal, target.timeout * EXTRA_SHARE, (limit) =>
        client.get(`${base}metrics.json`, limit)
      );
      const users = statusCode === 200 ? parseOpenWebRxUsers(text) : undefined;
      hasMetrics = users !== undefined;
      return users;
    } catch (error) {
      log.debug(`no number of listeners: ${client.explain(error)}`);
      return undefined;
    }
  }

  return probeWith(client, run);
}

/** The folder of the receiver's pages, also from the address of a status page. */
function basePath(url: string): string {
  const path = new URL(url).pathname.replace(/\/(status|status\.json)$/, '/');
  return path.endsWith('/') ? path : `${path}/`;
}

function describe(
  { software, version, users, usersMax, name, location, offline }: ReceiverReport,
  { responseTimeMs, stoodStillBefore }: HttpAnswer,
  { display_name }: WebsdrTarget,
  clear: (text: string) => string
): ProbeResult {
  const details: Record<string, JsonValue> = {
    ...(software !== 'HTTP' && { software: clear(software) }),
    ...(users !== undefined && { users }),
    ...(usersMax !== undefined && { users_max: usersMax }),
    ...(name !== undefined && name !== display_name && { receiver_name: clear(name) }),
    ...(location !== undefined && { location: clear(location) }),
  };
  const samples: GaugeSample[] = [
    ...(users === undefined ? [] : [{ name: 'component_websdr_users', value: users }]),
    ...(usersMax === undefined ? [] : [{ name: 'component_websdr_users_max', value: usersMax }]),
  ];
  const known = { responseTimeMs, stoodStillBefore, version: version && clear(version), details, gauges: samples };
  if (offline)
    return {
      status: 'unhealthy',
      error: `${software} answers, but reports that it is offline`,
      reason: 'reported',
      ...known,
    };
  const of = usersMax === undefined ? '' : ` of ${usersMax}`;
  const full = users !== undefined && usersMax !== undefined && usersMax > 0 && users >= usersMax ? ', full' : '';
  const listeners =
    users === undefined ? undefined : `${users}${of} ${users === 1 && of === '' ? 'listener' : 'listeners'}${full}`;
  return { status: 'healthy', message: listeners ?? 'online', ...known };
}

function refusal(kind: Software, answer: HttpAnswer): string {
  const { statusCode: code } = answer;
  if (code < 200 || code >= 300) return describeRefusal(answer);
  return `HTTP ${code} at ${answer.path}, but not the answer of ${NAMES[kind]}; set software: auto, or what it is`;
}
