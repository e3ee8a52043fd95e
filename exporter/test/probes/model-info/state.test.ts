/** How servers of models say whether one is in service. */
import { readModelReport } from '../../../src/probes/model-info/report';

it.each<[unknown, object | undefined]>([
  [
    { model_name: 'm', is_ready: false, error_message: 'no weights' },
    { status: 'unhealthy', reason: 'no weights' },
  ],
  [{ model_name: 'm', is_ready: true, error_message: '' }, { status: 'healthy' }],
  // KServe
  [{ models: ['a', 'b'] }, { model: 'a, b' }],
  [{ models: [] }, { status: 'unhealthy', reason: 'it lists no model' }],
  [
    { name: 'm', ready: true },
    { model: 'm', status: 'healthy' },
  ],
  [
    { name: 'm', ready: 'False' },
    { model: 'm', status: 'unhealthy' },
  ],
  [{ name: 'm', versions: [], platform: '', inputs: [], outputs: [] }, { model: 'm' }],
  [{ name: 'm', versions: ['1', '2'], platform: 'onnx', inputs: [], outputs: [] }, { model: 'm' }],
  // Triton's repository
  [
    [
      { name: 'm', version: '1', state: 'READY' },
      { name: 'n', version: '1', state: 'UNAVAILABLE', reason: 'failed to load' },
    ],
    { model: 'm, n', status: 'degraded', reason: 'n: failed to load' },
  ],
  [[{ name: 'n', version: '1', state: 'UNAVAILABLE', reason: 'oom' }], { status: 'unhealthy', reason: 'n: oom' }],
  // TorchServe
  [{ models: [{ modelName: 'm', modelUrl: 'm.mar' }] }, { model: 'm' }],
  [
    [
      {
        modelName: 'm',
        modelVersion: '1.0',
        workers: [
          { id: '9000', status: 'READY' },
          { id: '9001', status: 'UNLOADING' },
        ],
      },
    ],
    { model: 'm', version: '1.0', status: 'healthy' },
  ],
  [[{ modelName: 'm', workers: [{ id: '9000', status: 'UNLOADING' }] }], { status: 'unhealthy' }],
  // as OpenAI lists them: vLLM and others
  [{ object: 'list', data: [{ id: 'llama', object: 'model', created: 1 }] }, { model: 'llama' }],
  // MLflow
  [{ model_version: { name: 'm', version: '3', status: 'READY' } }, { model: 'm', status: 'healthy' }],
  [
    { model_version: { name: 'm', version: '3', status: 'FAILED_REGISTRATION', status_message: 'no artifact' } },
    { status: 'unhealthy', reason: 'no artifact' },
  ],
  [{ model_version: { name: 'm', version: '3', status: 'PENDING_REGISTRATION' } }, { status: 'degraded' }],
  // TensorFlow Serving
  [
    { model_version_status: [{ version: '1', state: 'AVAILABLE', status: { error_code: 'OK' } }] },
    { status: 'healthy' },
  ],
  [
    {
      model_version_status: [
        { version: '1', state: 'END', status: { error_code: 'NOT_FOUND', error_message: 'gone' } },
      ],
    },
    { status: 'unhealthy', reason: 'gone' },
  ],
  [
    {
      model_version_status: [
        { version: '2', state: 'AVAILABLE' },
        { version: '1', state: 'END' },
      ],
    },
    { status: 'healthy' },
  ],
  [{ model_version_status: [{ version: '1', state: 'LOADING' }] }, { status: 'degraded' }],
  [
    { name: 'x', ready: false, state: 'ModelFailed', reason: 'oom' },
    { status: 'unhealthy', reason: 'oom' },
  ],
  [{ model: 'm', accuracy_percent: 0.9 }, { accuracy: 0.009 }],
  [{ model: 'm', accuracy_percent: 93 }, { accuracy: 0.93 }],
  [{ model: 'm', cache_hit_percent: 0.5 }, { cacheHitRatio: 0.005 }],
  [{ model: 'm', accuracy: 0.9 }, { accuracy: 0.9 }],
  // not about a model
  [{ name: 'x', version: '1' }, undefined],
  [{ status: 'ok' }, undefined],
  [[{ name: 'x', price: 1 }], undefined],
])('%j', (value, expected) => {
  const report = readModelReport(JSON.stringify(value));
  if (expected === undefined) return expect(report).toBeUndefined();
  const close = (found: unknown) => (typeof found === 'number' ? Number(found.toFixed(6)) : found);
  expect(Object.fromEntries(Object.entries(report ?? {}).map(([key, found]) => [key, close(found)]))).toMatchObject(
    expected
  );
});
