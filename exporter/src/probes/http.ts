/** A service's health endpoint: GET on a kept connection; the code decides, and the body may say more. */
import type { Target } from '../config/components';
import { type HealthReport, readHealthBody } from './health-body';
import { worst } from './health-words';
import { createHttpClient, type HttpAnswer } from './http-client';
import { describeRefusal } from './http-refusal';
import { clean } from './json-reader';
import type { GaugeDefinition, GaugeSample, JsonValue, Probe, ProbeDefinition, ProbeResult } from './probe';

const gauges: readonly GaugeDefinition[] = [
  { name: 'component_http_status_code', help: 'HTTP status code of the last answer.' },
  { name: 'component_http_uptime_seconds', help: 'How long the service has been running, as it says itself.' },
  {
    name: 'component_http_dependency_up',
    help: 'Whether a dependency is up, as the service says: 1, or 0 when unhealthy.',
    labels: ['dependency'],
  },
];

export const http: ProbeDefinition<Target<'http'>> = { gauges, create };

/** As many as fit a message that travels every second; the gauges have them all. */
const DEPENDENCIES_SHOWN = 10;

/** Longer answers, in characters, are not kept to be compared with the next one. */
const MAX_KEPT = 4096;

function create(target: Target<'http'>): Probe {
  const client = createHttpClient(target);
  const path = pathOf(target.url);
  const what = client.describe(path);
  const clear = (text: string | undefined) => text && client.clear(text);

  async function run(signal: AbortSignal): Promise<ProbeResult> {
    let answer: HttpAnswer;
    try {
      answer = await client.get(path, signal);
    } catch (error) {
      return { status: 'unhealthy', error: `${what}: ${client.explain(error)}` };
    }
    return { ...read(answer), responseTimeMs: answer.responseTimeMs };
  }

  let known: { answer: HttpAnswer; reading: ProbeResult } | undefined;
  /** The same objects for the same answer: most say the same from second to second, and what is kept need not be collected. */
  function read(answer: HttpAnswer): ProbeResult {
    if (known && isSame(known.answer, answer)) return known.reading;
    const report = readHealthBody(answer.text, answer.header('content-type'));
    const verdict = judge(answer, report, target.expected_status);
    const reading: ProbeResult = {
      ...verdict,
      message: clear(verdict.message),
      error: verdict.error && `${what}: ${clear(verdict.error)}`,
      version: clear(report.version),
      details: describe(report, clear(report.service), target.name),
      gauges: measure(answer, report),
    };
    known = answer.text.length <= MAX_KEPT ? { answer, reading } : undefined;
    return reading;
  }

  return {
    run,
    onConnectionChange: (listener) => client.onDisconnect(listener),
    close() {
      client.close();
      return Promise.resolve();
    },
  };
}

/** Path and query; `/health` for an address without a path. */
function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return `${pathname === '/' && !/^[^:]+:\/\/[^/?#]*\//.test(url) ? '/health' : pathname}${search}`;
}

type Verdict = Pick<ProbeResult, 'status' | 'message' | 'error'>;

/** The code comes first: a load balancer goes by nothing else. What is up by its code may still say that it is not. */
export function judge(answer: HttpAnswer, report: HealthReport, expected: readonly number[]): Verdict {
  const { statusCode } = answer;
  const isExpected = expected.length > 0 ? expected.includes(statusCode) : statusCode >= 200 && statusCode < 300;
  if (!isExpected) return { status: 'unhealthy', error: describeFailure(answer, report) };
  const status = report.status ?? statusFromDependencies(report);
  if (status === 'unhealthy') return { status, error: `HTTP ${statusCode}, but ${says(report)}` };
  if (status === 'degraded' || status === 'warning') return { status, message: says(report) };
  if (report.malformed) return { status: 'warning', message: 'its body is announced as JSON, but cannot be parsed' };
  if (status === undefined && report.word !== undefined)
    return { status: 'warning', message: `says "${report.word}", a status that is not known here` };
  return { status: 'healthy', message: report.message };
}

/** A service that lists its dependencies but gives no status works, if perhaps with less. */
function statusFromDependencies({ dependencies }: HealthReport): ProbeResult['status'] | undefined {
  const found = worst(dependencies.values());
  return found === 'unhealthy' ? 'degraded' : found;
}

function describeFailure(answer: HttpAnswer, report: HealthReport): string {
  const said = report.word !== undefined || report.message !== undefined ? `, ${says(report)}` : '';
  return describeRefusal(answer, said);
}

/** `says "DOWN": redis: connection refused`. */
function says({ word, message, dependencies }: HealthReport): string {
  const bad = [...dependencies].filter(([, status]) => status !== 'healthy').map(([name]) => name);
  const reason = message ?? (bad.length > 0 ? clean(bad.join(', '), 120) : undefined);
  if (word === undefined) return reason === undefined ? 'it says that it is not healthy' : `it says: ${reason}`;
  return reason === undefined ? `it says "${word}"` : `it says "${word}": ${reason}`;
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
  if (uptimeSeconds !== undefined) samples.push({ name: 'component_http_uptime_seconds', value: uptimeSeconds });
  for (const [dependency, status] of dependencies) {
    const value = status === 'unhealthy' ? 0 : 1;
    samples.push({ name: 'component_http_dependency_up', labels: { dependency }, value });
  }
  return samples;
}

/** Whether two answers differ in nothing that is read of them. */
function isSame(a: HttpAnswer, b: HttpAnswer): boolean {
  return (
    a.text === b.text &&
    a.statusCode === b.statusCode &&
    a.header('content-type') === b.header('content-type') &&
    a.header('location') === b.header('location')
  );
}
