/** What {@link itWatchesForeignWorkers} asks, over Redis. */
import { startRedis, type RunningServer } from '@onehertz/demo';
import { itWatchesForeignWorkers } from './foreign-suite';
import { ofOneTest } from './of-one-test';

let redis: RunningServer;
let places = 0;
const withOwn = ofOneTest();

beforeAll(async () => {
  redis = await startRedis();
});

afterAll(() => redis?.stop());

const place = () => `${redis.url}/${(places += 1)}`;

describe('over Redis a worker', () => itWatchesForeignWorkers({ place, withOwn }));
