/** Servers that do harm, on every probe: the exporter stays, keeps its ticks, its memory and its neighbours, and says what they did. */
import { ALERTMANAGER, ALERTMANAGER_ENDLESS } from './alertmanager';
import { AMQP_ATTACKS } from './amqp';
import { GRAFANA, GRAFANA_PINGS } from './grafana';
import { forMs, measure } from './harness';
import { HTTP_ATTACKS, MANAGEMENT_ATTACKS, S3_ATTACKS } from './http';
import { CHANGING, TCP_ATTACKS, WIRE_ATTACKS } from './http-wire';
import { MEMORY_LIMIT_MB } from './memory-limit';
import { MYSQL_ATTACKS } from './mysql';
import { POSTGRESQL_ATTACKS } from './postgresql';
import { REDIS_ATTACKS } from './redis';
import { tlsAttacks } from './tls';
import type { Attack } from './twin';

/** Longer than any deadline, and some ticks more. */
const WATCH_MS = 5000;
/** Half of a processor is enough for all that is hostile at once; what a machine that does other things takes away is not counted. */
const MOST_CPU = 0.5;
/** Of all of them at once, on a machine that does other things as well. */
const SLOWEST_MS = 3000;
const UNFIT = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
const OF_LIBRARIES = /please report|call stack|is not a function|Cannot (?:read|convert)|Unexpected token/i;

const aNumber = expect.any(Number) as number;

const GROUPS: readonly [string, readonly Attack[]][] = [
  ['Redis, Sentinel, Celery over Redis', REDIS_ATTACKS],
  ['RabbitMQ, Celery over AMQP', AMQP_ATTACKS],
  ['PostgreSQL', POSTGRESQL_ATTACKS],
  ['MySQL', MYSQL_ATTACKS],
  ['S3', S3_ATTACKS],
  ['services, receivers, models, and the management API', [...HTTP_ATTACKS, ...MANAGEMENT_ATTACKS]],
  ['heads, pieces and encodings of HTTP', [...WIRE_ATTACKS, ...CHANGING]],
  ['ports', TCP_ATTACKS],
  ['certificates and handshakes of TLS', tlsAttacks()],
  ['Grafana', [GRAFANA]],
  ['Grafana, over a WebSocket', [GRAFANA_PINGS]],
  ['Alertmanager', [ALERTMANAGER]],
  ['Alertmanager, without end', [ALERTMANAGER_ENDLESS]],
];

test.each(GROUPS)(
  '%s: all that is hostile at once',
  async (_title, attacks) => {
    const grafana = attacks.find(({ pushedBy }) => pushedBy !== undefined);
    const alertmanager = attacks.find(({ isPolled }) => isPolled);
    const more = (portOf: (attack: string) => number) => {
      const url = (attack: Attack) => `http://127.0.0.1:${portOf(attack.name)}`;
      return {
        ...(grafana && {
          grafana_live: { url: url(grafana), token: 'a-token-of-ours', transport: grafana.pushedBy },
        }),
        ...(alertmanager && { alertmanager: { url: url(alertmanager) } }),
      };
    };
    const found = await measure(attacks, forMs(WATCH_MS), { more });
    const wrong = attacks.flatMap(({ name, isUp = false, says }) => {
      const { status, error = '', version = '' } = found.components[name] ?? { status: 'absent' };
      // of one that had no time nobody knows
      const isUnknown = status === 'unknown' && found.deniedSeconds > 1;
      const asExpected = isUp ? /^(healthy|degraded|warning)$/.test(status) : status === 'unhealthy';
      const isShort = error.length <= 500 && version.length <= 60;
      return (asExpected || isUnknown) && isShort && (says?.test(error) ?? true)
        ? []
        : [`${name}: ${status} ${error} ${version}`];
    });
    expect({ ...found, components: wrong, outputs: '', log: '', residentMb: [] }).toEqual({
      alive: true,
      neighbourFailures: 0,
      ...{ missedTicks: aNumber, peakMb: aNumber, slowestAnswerMs: aNumber, cpuShare: aNumber },
      deniedSeconds: aNumber,
      residentMb: [],
      ...{ components: [], outputs: '', log: '' },
    });
    expect(found.missedTicks).toBeLessThanOrEqual(Math.ceil(found.deniedSeconds));
    expect(found.cpuShare).toBeLessThan(MOST_CPU);
    expect(found.peakMb).toBeLessThan(MEMORY_LIMIT_MB);
    expect(found.slowestAnswerMs).toBeLessThan(SLOWEST_MS + 1000 * found.deniedSeconds);
    expect(found.outputs).not.toMatch(UNFIT);
    expect(found.outputs).not.toMatch(OF_LIBRARIES);
    // some kilobytes of each
    expect(found.outputs.length).toBeLessThan(Math.max(400_000, 6000 * attacks.length));
  },
  60_000
);
