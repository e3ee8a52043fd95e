/** Every benchmark, in the order in which they run. */
import type { Bench } from '../harness/bench';
import { detection } from './detection';
import { http, tcp } from './http';
import { minute } from './minute';
import { shard } from './shard';

export const BENCHES: readonly Bench[] = [http, tcp, shard, detection, minute];
