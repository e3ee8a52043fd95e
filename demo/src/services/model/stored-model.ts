/** How a trained model is kept in S3: one object per version, and `latest.json` with the newest. */
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
  /** `Production` when it was good enough on examples that it had not seen, else `Staging`. */
  stage: 'Production' | 'Staging';
  /** On examples that it had not seen, from 0 to 1. */
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

/** The newest model; `undefined` when none was trained yet. */
export async function loadLatestModel(storage: Storage): Promise<StoredModel | undefined> {
  const body = await storage.get(BUCKET, LATEST);
  return body === undefined ? undefined : (JSON.parse(body) as StoredModel);
}
