/** Every benchmark, in the order in which they run. */
import type { Bench } from '../harness/bench';
import { postgresql, redis } from './databases';
import { detection } from './detection';
import { http, tcp } from './http';
import { metrics } from './metrics';
import { minute } from './minute';
import { outputs } from './outputs';
import { heap, panel, pixel } from './panel';
import { shard } from './shard';
import { stream } from './stream';

export const BENCHES: readonly Bench[] = [
  http,
  tcp,
  redis,
  postgresql,
  outputs,
  metrics,
  stream,
  shard,
  detection,
  panel,
  pixel,
  heap,
  minute,
];
