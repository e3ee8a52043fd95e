/** The REST endpoint of a served model. */
import { reasonOf, reasonOfStatus } from '../../text/failure-reason';
import { createHttpClient, type HttpAnswer } from '../http-client/client';
import { probeWith } from '../http-client/probe';
import { describeRefusal } from '../http-client/refusal';
import { readHealthBody } from '../kit/health/report';
import type { GaugeSample, JsonValue, Probe, ProbeContext, ProbeResult } from '../probe';
import { type ModelReport, readModelReport } from './report';
import type { ModelInfoTarget } from './settings';

/** Paths of pure readiness endpoints. */
const READY = /\/(?:ready|readyz|live|livez|health|healthz)\/?$/;

export function create(target: ModelInfoTarget, { secrets }: ProbeContext): Probe {
  const client = createHttpClient(target, secrets);
  const { pathname, search } = new URL(target.url);
  const clear = (text: string | undefined) => text && client.clear(text);

  async function run(signal: AbortSignal): Promise<ProbeResult> {
    let answer: HttpAnswer;
    try {
      answer = await client.get(pathname + search, signal);
    } catch (error) {
      return { status: 'unhealthy', error: client.explain(error), reason: reasonOf(error) };
    }
    const { statusCode, responseTimeMs, stoodStillBefore, text, unread } = answer;
    const time = { responseTimeMs, stoodStillBefore };
    if (statusCode < 200 || statusCode >= 300)
      return {
        status: 'unhealthy',
        error: clear(refusal(answer)),
        reason: reasonOfStatus(statusCode),
        ...time,
      };
    if (unread !== undefined) {
      const message = `HTTP ${statusCode}, but its body ${unread}, and was not read; is it the right path?`;
      return { status: 'warning', message, ...time };
    }
    // a readiness endpoint responds with its status code only
    if (text.trim() === '' && READY.test(pathname)) return { status: 'healthy', message: 'ready', ...time };
    const report = readModelReport(text);
    if (report === undefined) {
      const message = `HTTP ${statusCode}, but nothing about a model in it; is it the right path?`;
      return { status: 'warning', message, ...time };
    }
    return { ...judge(report, clear), ...time, ...describe(report, clear) };
  }

  return probeWith(client, run);
}

function refusal(answer: HttpAnswer): string {
  const { message, word } = readHealthBody(answer.text, answer.header('content-type'));
  const said = message ?? word;
  return describeRefusal(answer, said === undefined ? '' : `: ${said}`);
}

function judge(
  { loaded, status, reason, model, version, accuracy }: ModelReport,
  clear: (text: string | undefined) => string | undefined
): Pick<ProbeResult, 'status' | 'message' | 'error' | 'reason'> {
  if (loaded === false) return { status: 'unhealthy', error: 'no model is loaded', reason: 'reported' };
  const why = reason === undefined ? '' : `: ${clear(reason)}`;
  if (status === 'unhealthy')
    return { status, error: `reports that the model is not healthy${why}`, reason: 'reported' };
  if (status && status !== 'healthy' && reason !== undefined) return { status, message: `reports${why}` };
  const name = [model, version].filter(Boolean).join(' ');
  const rate = accuracy === undefined ? '' : `accuracy ${(accuracy * 100).toFixed(1)} %`;
  return { status: status ?? 'healthy', message: [name, rate].filter(Boolean).join(', ') || undefined };
}

/** The reference system's names inside `model_info`; those shown on cards also at the top level. */
function describe(report: ModelReport, clear: (text: string | undefined) => string | undefined): Partial<ProbeResult> {
  const { model, version, stage, accuracy, latencyP95Seconds, cacheHitRatio } = report;
  const { predictionsTotal, predictionsSuccessful, predictionsFailed, loadedAt, lastPredictionAt } = report;
  const info = {
    stage: clear(stage),
    accuracy: round(accuracy, 4),
    latency_p95_ms: round(latencyP95Seconds === undefined ? undefined : latencyP95Seconds * 1000, 3),
    cache_hit_rate: round(cacheHitRatio, 4),
    predictions_total: predictionsTotal,
    predictions_successful: predictionsSuccessful,
    predictions_failed: predictionsFailed,
    loaded_at: loadedAt,
    last_prediction_at: lastPredictionAt,
  };
  const details = present({ model: clear(model), accuracy_ratio: info.accuracy, model_info: present(info) });
  return { version: clear(version), details, gauges: measure(report) };
}

function measure(report: ModelReport): GaugeSample[] {
  const { predictionsTotal, predictionsSuccessful, predictionsFailed } = report;
  const successful =
    predictionsSuccessful ?? (predictionsTotal === undefined ? undefined : predictionsTotal - (predictionsFailed ?? 0));
  const seconds = (iso: string | undefined) => (iso === undefined ? undefined : Date.parse(iso) / 1000);
  const samples: [string, number | undefined, string?][] = [
    ['accuracy_ratio', report.accuracy],
    ['latency_p95_seconds', report.latencyP95Seconds],
    ['cache_hit_ratio', report.cacheHitRatio],
    ['predictions', successful, 'success'],
    ['predictions', predictionsFailed, 'failure'],
    ['loaded_timestamp_seconds', seconds(report.loadedAt)],
    ['last_prediction_timestamp_seconds', seconds(report.lastPredictionAt)],
  ];
  return samples.flatMap(([name, value, result]) =>
    value === undefined ? [] : [{ name: `component_model_${name}`, value, ...(result && { labels: { result } }) }]
  );
}

function present(values: Record<string, JsonValue | undefined>): Record<string, JsonValue> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, JsonValue] => entry[1] !== undefined)
  );
}

function round(value: number | undefined, digits: number): number | undefined {
  return value === undefined ? undefined : Number(value.toFixed(digits));
}
