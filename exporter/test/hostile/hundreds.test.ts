/** Hundreds of hostile components at once, in the memory of a container: what SECURITY.md promises of all of them together. */
import { AMQP_AT_LIMIT, AMQP_ATTACKS } from './amqp';
import { forMs, measure } from './harness';
import { HTTP_AT_LIMIT, HTTP_ATTACKS, MANAGEMENT_ATTACKS, S3_ATTACKS } from './http';
import { TCP_ATTACKS, WIRE_ATTACKS } from './http-wire';
import { MEMORY_LIMIT_MB } from './memory-limit';
import { MYSQL_AT_LIMIT, MYSQL_ATTACKS } from './mysql';
import { POSTGRESQL_AT_LIMIT, POSTGRESQL_ATTACKS } from './postgresql';
import { REDIS_AT_LIMIT, REDIS_ATTACKS } from './redis';
import { tlsAttacks } from './tls';
import type { Attack } from './twin';

const COMPONENTS = 300;
const WATCH_MS = Number(process.env.ONEHERTZ_HUNDREDS_SECONDS ?? 8) * 1000;
/** Of two processors, one is for what the servers of the test compute. */
const MOST_CPU = 0.9;

const AT_LIMIT = [...REDIS_AT_LIMIT, ...AMQP_AT_LIMIT, ...POSTGRESQL_AT_LIMIT, ...MYSQL_AT_LIMIT, ...HTTP_AT_LIMIT];
const ATTACKS = [
  ...[...REDIS_ATTACKS, ...AMQP_ATTACKS, ...POSTGRESQL_ATTACKS, ...MYSQL_ATTACKS],
  ...[...HTTP_ATTACKS, ...MANAGEMENT_ATTACKS, ...S3_ATTACKS, ...WIRE_ATTACKS, ...TCP_ATTACKS, ...tlsAttacks()],
];

test.each<[string, readonly Attack[]]>([
  ['say as much as they may', AT_LIMIT],
  ['do what they can', ATTACKS],
])(
  `${COMPONENTS} components whose servers %s`,
  async (_title, attacks) => {
    const indexOf = new Map(attacks.map(({ name }, index) => [name, index]));
    // the first of them once more than the last
    const howMany = (name: string) => Math.ceil((COMPONENTS - (indexOf.get(name) ?? 0)) / attacks.length);
    const found = await measure(attacks, forMs(WATCH_MS), { howMany });
    const { alive, neighbourFailures } = found;
    const said = alive ? '' : found.log.slice(-2000);
    expect({ alive, neighbourFailures, said }).toEqual({ alive: true, neighbourFailures: 0, said: '' });
    expect(found.missedTicks).toBeLessThanOrEqual(Math.ceil(found.deniedSeconds));
    expect(found.peakMb).toBeLessThan(MEMORY_LIMIT_MB);
    expect(found.cpuShare).toBeLessThan(MOST_CPU);
  },
  WATCH_MS + 60_000
);
