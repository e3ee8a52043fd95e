import type { RunningServer } from '@onehertz/demo';
import { readModelReport } from '../../../src/probes/model-info/report';
import { asking, itSurvivesOverHttp, startService } from '../http/support';
import { listenGarbage } from '../kit/helpers';

const { create, probeOnce } = asking('model_info');

describe('an endpoint in a process of its own', () => {
  let service: RunningServer;
  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service?.stop());

  const say = (body: unknown, status = 200) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return probeOnce(`${service.url}/say?${new URLSearchParams({ status: String(status), body: text }).toString()}`);
  };

  itSurvivesOverHttp({
    service: () => service,
    create: () => create(`${service.url}/model/info`),
  });

  it('tells of the model', async () => {
    expect(await probeOnce(`${service.url}/model/info`)).toMatchObject({
      status: 'healthy',
      message: 'signal-classifier 3, accuracy 96.1 %',
      version: '3',
      details: {
        model: 'signal-classifier',
        accuracy_ratio: 0.9612,
        model_info: {
          stage: 'Production',
          accuracy: 0.9612,
          latency_p95_ms: 12.34,
          cache_hit_rate: 0.5,
          predictions_total: 10,
          predictions_successful: 9,
          predictions_failed: 1,
          loaded_at: '2026-01-01T10:00:00Z',
          last_prediction_at: '2026-01-01T11:00:00Z',
        },
      },
      gauges: [
        { name: 'component_model_accuracy_ratio', value: 0.9612 },
        { name: 'component_model_latency_p95_seconds', value: 0.01234 },
        { name: 'component_model_cache_hit_ratio', value: 0.5 },
        { name: 'component_model_predictions', labels: { result: 'success' }, value: 9 },
        { name: 'component_model_predictions', labels: { result: 'failure' }, value: 1 },
        { name: 'component_model_loaded_timestamp_seconds', value: Date.UTC(2026, 0, 1, 10) / 1000 },
        { name: 'component_model_last_prediction_timestamp_seconds', value: Date.UTC(2026, 0, 1, 11) / 1000 },
      ],
    });
  });

  it('says what is wrong', async () => {
    expect(await say({ model: 'm', loaded: false })).toMatchObject({
      status: 'unhealthy',
      error: `no model is loaded`,
    });
    expect(await say({ model: 'm', status: 'failed' })).toMatchObject({
      status: 'unhealthy',
      error: `reports that the model is not healthy`,
      details: { model: 'm' },
    });
    expect(await say({ model: 'm', health_status: 'degraded' })).toMatchObject({ status: 'degraded', message: 'm' });
    expect(await say({ detail: 'no model has been trained yet' }, 503)).toMatchObject({
      status: 'unhealthy',
      error: `HTTP 503 Service Unavailable: no model has been trained yet`,
    });
    expect(await say('<html>', 404)).toMatchObject({ error: 'HTTP 404 Not Found; is /say the right path?' });
    for (const other of ['<html>', '', '[]', '{"name":"x","version":"1"}', '{"accuracy":'])
      expect(await say(other)).toMatchObject({
        status: 'warning',
        message: `HTTP 200, but nothing about a model in it; is it the right path?`,
      });
    expect((await probeOnce(`${service.url}/redirect`)).error).toMatch(
      /HTTP 302 Found to \/login; redirects are not followed/
    );
    expect(await probeOnce(`${service.url}/size?bytes=70000`)).toMatchObject({
      status: 'warning',
      message: expect.stringMatching(
        /its body is larger than 64 KiB, and was not read; is it the right path\?$/
      ) as string,
    });
    expect((await probeOnce(`${service.url}/drip`, {}, 200)).error).toMatch(
      /timed out after \d+ ms \(incomplete reply\)/
    );
    const garbage = await listenGarbage();
    expect((await probeOnce(`http://127.0.0.1:${garbage.port}/model`)).error).toMatch(
      /not HTTP; is it the right port\?$/
    );
    await garbage.close();
  });
});

const read = (value: unknown) => {
  const report = readModelReport(JSON.stringify(value));
  return report && Object.fromEntries(Object.entries(report).filter(([, found]) => found !== undefined));
};

test.each<[string, unknown, unknown]>([
  [
    'nested, in camel case',
    {
      model: { name: 'm', version: 'v2', stage: 'Staging' },
      metrics: { accuracy: '96.5%', latencyP95Ms: 20, cacheHitRate: 81.5 },
      predictions: { total: 7, successful: 5, failed: 2 },
    },
    {
      model: 'm',
      version: '2',
      stage: 'Staging',
      accuracy: 0.965,
      latencyP95Seconds: 0.02,
      cacheHitRatio: 0.815,
      predictionsTotal: 7,
      predictionsSuccessful: 5,
      predictionsFailed: 2,
    },
  ],
  ['seconds', { p95_latency_seconds: 0.25 }, { latencyP95Seconds: 0.25 }],
  ['a percentage', { model_accuracy: 93 }, { accuracy: 0.93 }],
  ['an accuracy of one', { accuracy: 1 }, { accuracy: 1 }],
  ['no accuracy at all', { model: 'm', accuracy: 'good', latency_p95_ms: -1, predictions_total: null }, { model: 'm' }],
  [
    'the sum',
    { successful_predictions: 3, failed_predictions: 1 },
    { predictionsTotal: 4, predictionsSuccessful: 3, predictionsFailed: 1 },
  ],
  [
    'times in seconds, milliseconds, with a zone, without',
    { loaded_at: 1767261600, last_prediction_at: 1767265200000 },
    { loadedAt: '2026-01-01T10:00:00Z', lastPredictionAt: '2026-01-01T11:00:00Z' },
  ],
  [
    'times with a zone, and with a space',
    { loaded_at: '2026-01-01T12:00:00+02:00', last_prediction_at: '2026-01-01 11:00:00.5' },
    { loadedAt: '2026-01-01T10:00:00Z', lastPredictionAt: '2026-01-01T11:00:00Z' },
  ],
  ['times that are none', { model: 'm', loaded_at: 'yesterday', last_prediction_at: 0 }, { model: 'm' }],
  ['the status of something inside', { model: 'm', cache: { status: 'down', loaded: false } }, { model: 'm' }],
])('%s', (_, value, expected) => {
  expect(read(value)).toEqual(expected);
});
