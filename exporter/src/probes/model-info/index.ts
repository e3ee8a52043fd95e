/** A served model: the definition of the probe. */
import { defineProbe } from '../definition';
import { checkHttp } from '../http-client/settings';
import { single } from '../kit/environment';
import { fields } from './settings';

export const modelInfo = defineProbe({
  name: 'model_info',
  kind: 'model',
  type: 'model',
  purpose: 'The REST endpoint that tells of a model in service: name, version, accuracy, latency, predictions.',
  example: `- name: model
  probe: model_info
  url: http://inference:8002/model/info
  depends_on: [backend]`,
  fields,
  check: checkHttp,
  timing: { interval: 30_000, timeout: 5_000 },
  environment: {
    variable: 'MODEL_INFO_URL',
    describes: '`model`',
    read: (get) => single('MODEL_INFO_URL', 'model', get('MODEL_INFO_URL')),
  },
  gauges: [
    { name: 'component_model_accuracy_ratio', help: 'Accuracy of the model, from 0 to 1.' },
    { name: 'component_model_latency_p95_seconds', help: '95th percentile of the time of a prediction.' },
    { name: 'component_model_cache_hit_ratio', help: 'Share of predictions that came from the cache, from 0 to 1.' },
    {
      name: 'component_model_predictions',
      help: 'Predictions as the endpoint counts them, by result: success, failure; use the difference of two.',
      labels: ['result'],
    },
    { name: 'component_model_loaded_timestamp_seconds', help: 'When the model was loaded, as a Unix time.' },
    { name: 'component_model_last_prediction_timestamp_seconds', help: 'When it was last asked, as a Unix time.' },
  ],
  row: {
    title: 'Models',
    prefix: 'component_model_',
    panels: [
      {
        title: 'Accuracy and cache',
        description: 'Shares from 0 to 1.',
        unit: 'percentunit',
        series: {
          accuracy_ratio: 'accuracy',
          cache_hit_ratio: 'cache hits',
        },
      },
      {
        title: 'Latency',
        description: 'Of 95 % of the predictions, as the model service measures it.',
        unit: 's',
        series: { latency_p95_seconds: 'p95' },
      },
      {
        title: 'Predictions',
        description: 'Since the service began, by result.',
        unit: 'none',
        series: { predictions: '{{result}}' },
      },
    ],
  },
  figures: [
    { show: 'text', keys: ['model'] },
    { show: 'value', keys: ['accuracy_ratio', 'model_accuracy_ratio'] },
  ],
  load: () => require('./probe') as typeof import('./probe'),
});
