/** The inference service: loads the newest model from S3, runs predictions continuously, and reports their quality. */
import type { Dependency } from './connections/dependency';
import type { Cache } from './connections/redis';
import { predict } from './model/logistic-regression';
import { exampleFrom } from './model/signals';
import { createStatistics } from './model/statistics';
import { loadLatestModel, MODEL_NAME, type StoredModel } from './model/stored-model';
import { repeat } from './repeat';
import { present, type Service } from './service';
import type { Settings } from './settings';

const PREDICT_EVERY_MS = 200;
const LOAD_EVERY_MS = 1000;
/** Signals are drawn from a pool, so that some repeat while their prediction is cached. */
const POOL_SIZE = 300;
const CACHE_SECONDS = 30;

/** S3 is required only until a model is loaded. Redis is only a cache. */
export function createInference(settings: Settings): Service {
  const storage = settings.storage(false);
  const cache = settings.cache(false);
  const statistics = createStatistics();
  let model: StoredModel | undefined;
  let loadedAt: string | undefined;

  async function predictOne(): Promise<void> {
    const seed = Math.floor(Math.random() * POOL_SIZE);
    const begin = performance.now();
    try {
      if (!model) throw new Error('no model has been trained yet');
      const { features, label } = exampleFrom(seed);
      const { probability, hit } = await probabilityOf(model, seed, features, cache);
      statistics.succeeded({ latencyMs: performance.now() - begin, hit, right: probability > 0.5 === (label === 1) });
    } catch (error) {
      statistics.failed();
      throw error;
    }
  }

  const work = [repeat('predict', PREDICT_EVERY_MS, predictOne)];
  if (storage) {
    work.push(
      repeat('load the newest model', LOAD_EVERY_MS, async () => {
        const newest = await loadLatestModel(storage);
        if (!newest || (newest.version === model?.version && newest.trained_at === model.trained_at)) return;
        model = newest;
        loadedAt = new Date().toISOString();
      })
    );
  }
  return {
    dependencies: present<Dependency>(storage, cache),
    work,
    routes(app) {
      app.get('/model/info', (_request, response) => {
        response.status(model ? 200 : 503).json({
          model: MODEL_NAME,
          version: model ? String(model.version) : null,
          stage: model?.stage ?? 'None',
          ...statistics.summary(),
          loaded_at: loadedAt ?? null,
        });
      });
    },
  };
}

/** The prediction of this model for this signal, from the cache if available. */
async function probabilityOf(
  model: StoredModel,
  seed: number,
  features: readonly number[],
  cache: Cache | undefined
): Promise<{ probability: number; hit: boolean }> {
  const key = `inference:${model.version}:${seed}`;
  const kept = await cache?.get(key).catch(() => null);
  if (kept) return { probability: Number(kept), hit: true };
  const probability = predict(model.parameters, features);
  await cache?.set(key, String(probability), CACHE_SECONDS).catch(() => undefined);
  return { probability, hit: false };
}
