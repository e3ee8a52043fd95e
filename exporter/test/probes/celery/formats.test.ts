/** Checked against Python's own serializers in both directions. */
import { execFileSync } from 'node:child_process';
import { firstKey, FORMATS, type Format } from '../../../src/probes/celery/formats';
import { createPace } from '../../../src/probes/celery/pace';
import { decodeAnswer, decodeEvent, pingBody } from '../../../src/probes/celery/protocol';

/** Debian's, which has the packages that the workers of the other tests use. */
function python(script: string, input = ''): string {
  return execFileSync('/usr/bin/python3', ['-c', script], { input, encoding: 'utf8' });
}

const READ = `
import base64, json, sys
from kombu.serialization import loads
from kombu.serialization import prepare_accept_content
accept = prepare_accept_content(['json', 'pickle', 'yaml', 'msgpack'])
for line in sys.stdin:
    kind, encoding, body = line.split()
    print(json.dumps(loads(base64.b64decode(body), kind, encoding, accept=accept)))
`;

const WRITE = `
import base64, json, sys
from kombu.serialization import dumps
for line in sys.stdin:
    name = json.loads(line)
    for serializer in ['pickle', 'yaml', 'msgpack']:
        kind, _, body = dumps({name: {'ok': 'pong'}}, serializer)
        body = body if isinstance(body, bytes) else body.encode()
        print(json.dumps([name, kind, base64.b64encode(body).decode()]))
    import pickle
    for protocol in [2, 3, 4, 5]:
        body = pickle.dumps({name: {'ok': 'pong'}}, protocol)
        print(json.dumps([name, 'application/x-python-serialize', base64.b64encode(body).decode()]))
`;

test('a ping in each format is what a worker reads', () => {
  const lines = FORMATS.map((format) => {
    const body = pingBody('a-ticket', 'a-key', 'reply.x', format);
    return `${format.contentType} ${format.contentEncoding} ${body.toString('base64')}`;
  });
  const read = python(READ, lines.join('\n')).trim().split('\n');
  expect(read).toHaveLength(FORMATS.length);
  for (const line of read)
    expect(JSON.parse(line)).toEqual(JSON.parse(pingBody('a-ticket', 'a-key', 'reply.x').toString()));
});

test('the name is found in an answer in each format', () => {
  const names = [
    'w@h',
    `celery@${'long'.repeat(60)}.internal`,
    'wörker@höst',
    `+${'x'.repeat(40)}@h`,
    "it's: {a}@h, #1",
  ];
  const lines = python(WRITE, names.map((name) => JSON.stringify(name)).join('\n'))
    .trim()
    .split('\n');
  expect(lines).toHaveLength(names.length * 7);
  for (const line of lines) {
    const [name, contentType, body] = JSON.parse(line) as [string, string, string];
    expect(firstKey(contentType, Buffer.from(body, 'base64'))).toBe(name);
  }
});

test('unreadable answers are matched by their ticket', () => {
  const message = { contentType: 'application/x-own', headers: { ticket: 't' }, body: Buffer.from([1, 2, 3]) };
  expect(decodeAnswer(message)).toEqual({ worker: '', ticket: 't' });
  const event = { ...message, headers: { hostname: 'w@h' }, routingKey: 'worker.heartbeat' };
  expect(decodeEvent(event)).toMatchObject({ type: 'heartbeat', worker: 'w@h' });
});

describe('the pace', () => {
  const SECOND = 1000;
  const formats = FORMATS.slice(0, 2) as [Format, Format];
  const nobody = { answers: 0, listeners: undefined, refusing: 0, silent: 0 };

  it('is that of the runs while workers answer, and while there are no listeners', () => {
    const pace = createPace(formats);
    for (let now = 0; now < 5; now++) {
      expect(pace.due(now)).toBe(formats[0]);
      pace.settled({ ...nobody, ...(now % 2 ? { answers: 1 } : { listeners: 0 }) }, now);
    }
    // workers that answered before may be frozen
    pace.settled({ ...nobody, silent: 1 }, 5);
    expect(pace.due(6)).toBe(formats[0]);
  });

  it('waits for a heartbeat if a listener has never answered', () => {
    const pace = createPace(formats);
    pace.settled(nobody, 0);
    expect(pace.due(2 * SECOND)).toBeUndefined();
    expect(pace.due(3 * SECOND)).toBe(formats[0]);
    pace.settled(nobody, 3 * SECOND);
    expect(pace.due(7 * SECOND)).toBeUndefined();
    pace.heard();
    expect(pace.due(7 * SECOND)).toBe(formats[0]);
  });

  it('tries each format once, and then pings rarely', () => {
    const pace = createPace(formats);
    pace.settled(nobody, 0);
    pace.refused(SECOND);
    expect(pace.due(SECOND)).toBe(formats[1]);
    pace.settled({ ...nobody, refusing: 1 }, 2 * SECOND);
    expect(pace.sparing).toBe(true);
    expect(pace.due(31 * SECOND)).toBeUndefined();
    expect(pace.due(32 * SECOND)).toBe(formats[0]);
    pace.settled({ ...nobody, refusing: 1 }, 32 * SECOND);
    expect(pace.due(91 * SECOND)).toBeUndefined();
    expect(pace.due(92 * SECOND)).toBe(formats[0]);
  });

  it('keeps the format that is answered', () => {
    const pace = createPace(formats);
    pace.settled(nobody, 0);
    pace.refused(SECOND);
    pace.settled({ ...nobody, answers: 1 }, 2 * SECOND);
    pace.settled({ ...nobody, silent: 1 }, 3 * SECOND);
    expect(pace.due(4 * SECOND)).toBe(formats[1]);
  });

  it("reduces pings for workers that do not accept the others' format", () => {
    const pace = createPace(formats);
    pace.settled({ ...nobody, answers: 1, refusing: 1 }, 0);
    expect(pace.due(29 * SECOND)).toBeUndefined();
    pace.settled({ ...nobody, answers: 1 }, 30 * SECOND);
    expect(pace.due(31 * SECOND)).toBe(formats[0]);
  });
});
