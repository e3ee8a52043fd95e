/** Stores trained models in S3: one object per version, and `latest.json` with the newest. */
import type { Storage } from '../connections/storage';
import type { LinearModel } from './logistic-regression';

export const MODEL_NAME = 'signal-classifier';
export const BUCKET = 'models';
const PREFIX = `${MODEL_NAME}/`;
const LATEST = `${PREFIX}latest.json`;
/** Older versions are deleted. */
const KEPT_VERSIONS = 5;

export interface StoredModel {
  model: string;
  version: number;
  /** `Production` if its accuracy on held-out examples was sufficient, else `Staging`. */
  stage: 'Production' | 'Staging';
  /** Accuracy on held-out examples, from 0 to 1. */
  accuracy: number;
  trained_at: string;
  parameters: LinearModel;
}

export async function saveModel(storage: Storage, stored: StoredModel): Promise<void> {
  const body = JSON.stringify(stored);
  await storage.put(BUCKET, `${PREFIX}${stored.version}.json`, body);
  await storage.put(BUCKET, LATEST, body);
  await storage.remove(BUCKET, `${PREFIX}${stored.version - KEPT_VERSIONS}.json`);
}

/** The newest model; `undefined` if none was trained yet. */
export async function loadLatestModel(storage: Storage): Promise<StoredModel | undefined> {
  const body = await storage.get(BUCKET, LATEST);
  return body === undefined ? undefined : (JSON.parse(body) as StoredModel);
}
