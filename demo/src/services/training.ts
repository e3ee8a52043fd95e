/** The training service: trains a model every few seconds, stores it in S3, and has Celery workers evaluate it. */
import { sendTask } from './celery-task';
import type { Dependency } from './connections/dependency';
import { accuracyOf, train } from './model/logistic-regression';
import { examplesFrom, randomFrom } from './model/signals';
import { BUCKET, loadLatestModel, MODEL_NAME, saveModel, type StoredModel } from './model/stored-model';
import { repeat } from './repeat';
import { present, type Service } from './service';
import type { Settings } from './settings';

const EVERY_MS = 20_000;
const TRAINING_EXAMPLES = 1000;
const TEST_EXAMPLES = 400;
/** Number of examples sent to a Celery worker. */
const EVALUATION_EXAMPLES = 100;
const GOOD_ENOUGH = 0.8;

/** S3 is required; without the broker, models are not evaluated by the workers. */
export function createTraining(settings: Settings): Service {
  const storage = settings.storage(true);
  const broker = settings.broker(false);
  let newest: StoredModel | undefined;

  const work = [];
  if (storage) {
    work.push(
      repeat('train a model', EVERY_MS, async () => {
        await storage.makeBucket(BUCKET);
        const previous = await loadLatestModel(storage);
        newest = trainModel((previous?.version ?? 0) + 1);
        await saveModel(storage, newest);
      })
    );
  }
  if (broker && settings.celery) {
    work.push(
      repeat('send an evaluation task', 5000, async () => {
        if (!newest) return;
        const examples = examplesFrom(Date.now() % 2 ** 31, EVALUATION_EXAMPLES);
        await Promise.resolve(sendTask(broker, 'demo.evaluate', [newest.parameters, examples]));
      })
    );
  }
  return { dependencies: present<Dependency>(storage, broker), work };
}

/** Trains on new synthetic signals and measures the accuracy on held-out ones. */
function trainModel(version: number): StoredModel {
  const seed = version * 10_000;
  const parameters = train(examplesFrom(seed, TRAINING_EXAMPLES), { random: randomFrom(version) });
  const accuracy = accuracyOf(parameters, examplesFrom(seed + TRAINING_EXAMPLES, TEST_EXAMPLES));
  return {
    model: MODEL_NAME,
    version,
    stage: accuracy >= GOOD_ENOUGH ? 'Production' : 'Staging',
    accuracy,
    trained_at: new Date().toISOString(),
    parameters,
  };
}
