/** A service's health endpoint: a request on a kept connection. The status code decides first, then the body. */

import { reasonOf, reasonOfStatus } from '../../text/failure-reason';
import { createLabelLimit } from '../../text/new-labels';
import { safeText } from '../../text/safe-text';
import { createHttpClient, type HttpAnswer } from '../http-client/client';
import { probeWith } from '../http-client/probe';
import { describeRefusal } from '../http-client/refusal';
import { type HealthReport, readHealthBody } from '../kit/health/report';
import { LIMITS } from '../kit/inbound/limits';
import type { GaugeSample, JsonValue, Probe, ProbeContext, ProbeResult } from '../probe';
import { withCertificate } from './certificate';
import { createExpected, type Expected } from './expect';
import { skeletonOf, type Skeleton } from './health-skeleton';
import type { HttpTarget } from './settings';

const UPTIME = 'component_http_uptime_seconds';

/** Limited, because details are sent every second; gauges have all dependencies. */
const DEPENDENCIES_SHOWN = 10;

/** As many as two pages list, in an hour. */
const MOST_NEW_DEPENDENCIES = 100;

/** Longer answers, in characters, are not kept to be compared with the next one. */
const MAX_KEPT = 4096;

export function create(target: HttpTarget, { secrets }: ProbeContext): Probe {
  const expected = createExpected(target.expect, target.expected_status);
  // what is to be checked is read, also where it is no health document
  const client = createHttpClient({ ...target, ...(expected.judgesBody && { maxBytes: LIMITS.listBytes }) }, secrets);
  const path = pathOf(target.url);
  const { method, body } = target;
  const question = { method, path, body, isHarmless: true };
  const mayBeLabel = createLabelLimit(MOST_NEW_DEPENDENCIES);
  const clear = (text: string | undefined) => text && client.clear(text);

  async function run(signal: AbortSignal): Promise<ProbeResult> {
    let answer: HttpAnswer;
    try {
      answer = await client.ask(question, signal);
    } catch (error) {
      return { status: 'unhealthy', error: client.explain(error), reason: reasonOf(error) };
    }
    return withCertificate(read(answer), answer.certificateExpiry, target);
  }

  let known: Known | undefined;
  /** Returns the same objects for equal responses, to avoid allocations at every tick. */
  function read(answer: HttpAnswer): ProbeResult {
    const mayKeep = answer.text.length <= MAX_KEPT && !answer.unread && !expected.judgesBody && !expected.needsHeaders;
    const skeleton = mayKeep ? skeletonOf(answer.text) : undefined;
    if (known && skeleton && isSame(known, answer, skeleton))
      return resultOf(known.reading, answer, skeleton.uptimeSeconds);
    const report = readHealthBody(answer.unread ? '' : answer.text, answer.header('content-type'));
    const verdict = judge(answer, report, expected);
    const dependencies = new Map([...report.dependencies].filter(([name]) => mayBeLabel(name)));
    const reading: Reading = {
      status: verdict.status,
      message: clear(verdict.message),
      error: verdict.error && clear(verdict.error),
      reason: verdict.reason,
      version: clear(report.version),
      details: describe({ ...report, dependencies }, clear(report.service), target.name),
      gauges: measure(answer, { ...report, dependencies }),
    };
    // the evaluated uptime must be the one that was removed
    const understood = skeleton && skeleton.uptimeSeconds === report.uptimeSeconds;
    known = understood ? keep(reading, answer, skeleton) : undefined;
    return resultOf(reading, answer);
  }

  return probeWith(client, run);
}

/** Path and query; `/health` for an address without a path. */
function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return `${pathname === '/' && !/^[^:]+:\/\/[^/?#]*\//.test(url) ? '/health' : pathname}${search}`;
}

type Verdict = Pick<ProbeResult, 'status' | 'message' | 'error' | 'reason'>;

/** The status code comes first, as for a load balancer. With a successful code, the body may still report a problem. */
export function judge(answer: HttpAnswer, report: HealthReport, expected: Expected): Verdict {
  const { statusCode, unread } = answer;
  if (!expected.isStatus(statusCode))
    return { status: 'unhealthy', error: describeFailure(answer, report), reason: reasonOfStatus(statusCode) };
  const wrong = expected.check(answer);
  if (wrong !== undefined)
    return { status: 'unhealthy', error: `HTTP ${statusCode}, but ${wrong}`, reason: 'reported' };
  if (expected.judgesBody)
    return { status: 'healthy', message: report.verdict === 'healthy' ? report.message : undefined };
  if (unread !== undefined) return { status: 'healthy', message: `its body ${unread}, and was not read` };
  const { verdict: status } = report;
  if (status === 'unhealthy') return { status, error: `HTTP ${statusCode}, but ${says(report)}`, reason: 'reported' };
  if (status === 'degraded' || status === 'warning') return { status, message: says(report) };
  if (report.malformed) return { status: 'warning', message: 'its body is announced as JSON, but cannot be parsed' };
  // an unknown word is shown, as its meaning is not known here
  if (report.status === undefined && report.word !== undefined) return { status: 'healthy', message: says(report) };
  return { status: 'healthy', message: report.message };
}

function describeFailure(answer: HttpAnswer, report: HealthReport): string {
  const said = report.word !== undefined || report.message !== undefined ? `, ${says(report)}` : '';
  return describeRefusal(answer, said);
}

/** `reports "DOWN": redis: connection refused`. */
function says({ word, message, dependencies }: HealthReport): string {
  const bad = [...dependencies].filter(([, status]) => status !== 'healthy').map(([name]) => name);
  const reason = message ?? (bad.length > 0 ? safeText(bad.join(', '), 120) : undefined);
  if (word === undefined) return reason === undefined ? 'reports that it is not healthy' : `reports: ${reason}`;
  return reason === undefined ? `reports "${word}"` : `reports "${word}": ${reason}`;
}

function describe(
  { uptimeSeconds, dependencies }: HealthReport,
  service: string | undefined,
  name: string
): Record<string, JsonValue> {
  const details: Record<string, JsonValue> = {};
  if (service !== undefined && service !== name) details.service_name = service;
  if (uptimeSeconds !== undefined) details.uptime_seconds = Math.round(uptimeSeconds);
  if (dependencies.size > 0) details.dependencies = Object.fromEntries([...dependencies].slice(0, DEPENDENCIES_SHOWN));
  return details;
}

function measure({ statusCode }: HttpAnswer, { uptimeSeconds, dependencies }: HealthReport): GaugeSample[] {
  const samples: GaugeSample[] = [{ name: 'component_http_status_code', value: statusCode }];
  if (uptimeSeconds !== undefined) samples.push({ name: UPTIME, value: uptimeSeconds });
  for (const [dependency, status] of dependencies) {
    const value = status === 'unhealthy' ? 0 : 1;
    samples.push({ name: 'component_http_dependency_up', labels: { dependency }, value });
  }
  return samples;
}

type Reading = Omit<ProbeResult, 'responseTimeMs'> & Required<Pick<ProbeResult, 'details' | 'gauges'>>;

/** The result of a response, and the key by which an equal response is recognized. */
interface Known {
  reading: Reading;
  skeleton: string;
  statusCode: number;
  contentType: string | undefined;
  location: string | undefined;
}

function keep(reading: Reading, answer: HttpAnswer, { text }: Skeleton): Known {
  const { statusCode } = answer;
  const [contentType, location] = [answer.header('content-type'), answer.header('location')];
  return { reading, skeleton: text, statusCode, contentType, location };
}

function isSame(known: Known, answer: HttpAnswer, { text }: Skeleton): boolean {
  return (
    text === known.skeleton &&
    answer.statusCode === known.statusCode &&
    answer.header('content-type') === known.contentType &&
    answer.header('location') === known.location
  );
}

/** @param uptimeSeconds if it has changed since */
function resultOf(
  reading: Reading,
  { responseTimeMs, stoodStillBefore }: HttpAnswer,
  uptimeSeconds?: number
): ProbeResult {
  const { status, message, error, reason, version } = reading;
  let { details, gauges } = reading;
  if (uptimeSeconds !== undefined) {
    details = { ...details, uptime_seconds: Math.round(uptimeSeconds) };
    gauges = gauges.map((sample) => (sample.name === UPTIME ? { name: UPTIME, value: uptimeSeconds } : sample));
  }
  return { status, message, error, reason, version, details, gauges, responseTimeMs, stoodStillBefore };
}
