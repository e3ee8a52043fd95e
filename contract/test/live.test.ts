/** Whatever is written to Grafana Live is read back unchanged. */
import fc from 'fast-check';
import {
  channelOf,
  FIELDS_OF,
  fieldText,
  inexactLabels,
  isUp,
  labelsOf,
  labelsText,
  MEASUREMENTS,
  NULL_NUMBER,
  parseLabelsText,
  pushPath,
  readBoardRow,
  readCatalog,
  readDetails,
  readHttpUrl,
  readTime,
  readUp,
  STATUSES,
  tagValue,
  upValue,
  writeBoardRow,
  writeCatalog,
  writeDetails,
  type CatalogEntry,
  type ComponentJson,
  type Saying,
} from '../src';

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ unit: fc.constantFrom(...'\\",= \n\r\t\f\0#{}aé\u2028'), maxLength: 15 }),
  fc.constantFrom('', 'NaN', '{}', 'a=b, c=d')
);
const labelName = fc.constantFrom('room', 'region', '__x', 'Z9');
const labels = fc.dictionary(labelName, hostile, { noNullPrototype: true });
const status = fc.constantFrom(...STATUSES);
const json = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<string>;

const component = fc.record(
  {
    status,
    service: fc.constantFrom('redis', 'web-2'),
    display_name: hostile,
    kind: hostile,
    type: hostile,
    since: fc.date({ noInvalidDate: true, min: new Date('2000-01-01') }).map((date) => date.toISOString()),
    last_check: fc.constant('2026-03-01T12:00:00.000Z'),
    flapping: fc.boolean(),
    critical: fc.boolean(),
    maintenance: fc.boolean(),
    response_time_ms: fc.double({ min: 0, max: 5000, noNaN: true }),
    message: hostile,
    error: hostile,
    version: hostile,
    labels,
    consequence_of: fc.array(hostile),
    worker_count: json,
    model_info: json,
  },
  {
    requiredKeys: ['status', 'service', 'display_name', 'kind', 'type', 'since', 'flapping'],
    noNullPrototype: true,
  }
) as fc.Arbitrary<ComponentJson>;

describe('labels', () => {
  test("are read back from Grafana's text, either exact or corrected by the details", () => {
    fc.assert(
      fc.property(labels, (own) => {
        const sent = Object.fromEntries(
          Object.entries(own)
            .map(([name, value]) => [name, tagValue(value)] as const)
            .filter(([, value]) => value !== '')
        );
        const arrived = { ...parseLabelsText(labelsText(sent)), ...inexactLabels(own) };
        // an empty label counts as no label
        const exact = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== ''));
        expect(arrived).toEqual(exact);
      })
    );
  });

  test('an encoded value is not encoded again', () => {
    fc.assert(fc.property(hostile, (text) => expect(tagValue(tagValue(text))).toBe(tagValue(text))));
    expect(tagValue('a=1, b\\c\td')).toBe('a＝1， b＼c d');
  });
});

test('details: facts, labels and the rest are read back', () => {
  fc.assert(
    fc.property(component, fc.array(fc.constantFrom('redis', 'db')), (sent, dependsOn) => {
      const text = writeDetails(sent, { interval_seconds: 1, probe: 'http', depends_on: dependsOn });
      const read = readDetails(text);
      expect(read?.facts).toEqual({
        displayName: sent.display_name || undefined,
        flapping: sent.flapping,
        critical: sent.critical ?? false,
        maintenance: sent.maintenance ?? false,
        dependsOn: dependsOn.length > 0 ? dependsOn : undefined,
        consequenceOf: sent.consequence_of,
        lastCheck: sent.last_check && Date.parse(sent.last_check),
      });
      expect(read?.labels).toEqual(inexactLabels(labelsOf(sent)));
      const all = { ...labelsOf(sent), vantage: 'berlin' };
      const whole = writeDetails(sent, { interval_seconds: 1, probe: 'http', depends_on: [], labels: all });
      expect(readDetails(whole)?.labels).toEqual(all);
      const rest = Object.fromEntries(
        (['worker_count', 'model_info'] as const)
          .filter((key) => sent[key] !== undefined && sent[key] !== null)
          .map((key) => [key, JSON.parse(JSON.stringify(sent[key])) as unknown])
      );
      expect(read?.rest).toEqual({ ...rest, interval_seconds: 1, probe: 'http' });
    })
  );
});

test.each(['maintenance', 'silence'] as const)('details: end, author and reason of a %s are facts', (what) => {
  const until = '2026-03-01T12:30:00.000Z';
  const said = { [`${what}_until`]: until, [`${what}_by`]: 'Ada', [`${what}_reason`]: 'upgrade' };
  const read = (details: object) => readDetails(JSON.stringify(details));
  const fact = what === 'maintenance' ? 'asked' : 'silence';
  const known = { until: Date.parse(until), by: 'Ada', reason: 'upgrade' };
  expect(read(said)).toMatchObject({ facts: { [fact]: known }, rest: {} });
  // what is missing or of another type is left out
  expect(read({ [`${what}_until`]: until, [`${what}_by`]: 3, [`${what}_reason`]: '' })?.facts[fact]).toEqual({
    until: known.until,
  });
  expect(read({ message: 'up' })?.facts).not.toHaveProperty(fact);
});

test('details: a silence of some alerts says which', () => {
  const until = '2026-03-01T12:30:00.000Z';
  const read = readDetails(JSON.stringify({ silence_until: until, silence_only: 'ComponentSlow' }));
  expect(read?.facts.silence).toEqual({ until: Date.parse(until), only: 'ComponentSlow' });
  expect(read?.rest).toEqual({});
});

const redisJson: ComponentJson = {
  ...{ status: 'healthy', service: 'redis', display_name: 'redis', kind: 'infrastructure', type: 'cache' },
  ...{ since: '2026-03-01T12:00:00.000Z', flapping: false },
};

test.each(['http://127.0.0.1:10111', 'https://status.example/onehertz', 'http://[::1]:80'])(
  'the address of the exporter, %s, is read back, from details and from a row of many components',
  (url) => {
    const source = { interval_seconds: 1, probe: 'http', depends_on: [], exporter: 'web-1/42/9f3c', exporter_url: url };
    expect(readDetails(writeDetails(redisJson, source))).toMatchObject({ facts: { exporterUrl: url } });
    const row = writeBoardRow({ count: 0, catalog: '' }, [], [], { exporter: 'web-1/42/9f3c', exporterUrl: url });
    expect(readBoardRow('', '', row.said).exporterUrl).toBe(url);
    expect(readHttpUrl(`${url}//`)).toBe(url);
  }
);

const NO_ADDRESS: unknown[] = [
  ...['', 'http:', 'http://', 'http:///x', '//evil.example', '/api', 'evil.example', 'ftp://evil.example', 'http:evil'],
  ...['javascript:alert(1)', ' javascript:alert(1)', 'java\nscript:alert(1)', 'data:text/html,x', 'vbscript:x'],
  ...[
    'http://evil.example\\@good.example',
    'http://user:secret@host',
    'http://host/?',
    'http://host/#',
    'http://h/a b',
  ],
  ...['http://host/"onclick="x', 'http://host/<b>', ' http://host', 'http://host\n', `http://host/${'x'.repeat(2048)}`],
  ...[undefined, null, 3, {}, ['http://host']],
];

test.each(NO_ADDRESS.map((url) => [url]))('%j is no address of an exporter', (url) => {
  expect(readHttpUrl(url)).toBeUndefined();
  const details = JSON.stringify({ exporter_url: url });
  expect(readDetails(details)?.facts.exporterUrl).toBeUndefined();
  expect(readDetails(details)?.rest).toEqual({});
  expect(readBoardRow('', '', details).exporterUrl).toBeUndefined();
});

test('whatever passes as an address is one over HTTP', () => {
  const text = fc.string({ unit: fc.constantFrom(...'htps:/@\\?#. \n[]%az09javscript'), maxLength: 30 });
  fc.assert(
    fc.property(
      fc.oneof(
        text,
        text.map((rest) => `http://${rest}`),
        fc.webUrl({ withQueryParameters: true, withFragments: true })
      ),
      (candidate) => {
        const url = readHttpUrl(candidate);
        if (url !== undefined) expect(url).toMatch(/^https?:\/\/[^\s/@?#\\][^\s?#\\]*$/i);
      }
    )
  );
});

test.each(['', 'null', '[]', '"text"', '{', '3'])('details that are %j are ignored', (text) => {
  expect(readDetails(text)).toBeUndefined();
});

test('up: 1, 0, or null while the status is unknown', () => {
  for (const one of STATUSES) {
    expect(readUp(upValue(one))).toBe(one === 'unknown' ? undefined : isUp(one));
    // the forms that other sources may send
    expect(readUp(String(upValue(one) ?? ''))).toBe(readUp(upValue(one)));
  }
});

test('a text is never read as an unknown number', () => {
  expect(fieldText(NULL_NUMBER)).not.toBe(NULL_NUMBER);
  fc.assert(fc.property(hostile, (text) => expect(fieldText(text)).not.toMatch(/^NaN$|[\r\f]/)));
});

test('times are read from milliseconds, seconds and ISO 8601', () => {
  const at = Date.parse('2026-03-01T12:00:00Z');
  expect([at, at / 1000, '2026-03-01T12:00:00Z'].map(readTime)).toEqual([at, at, at]);
  expect(['', 'soon', 0, -1, NaN, null, {}].map(readTime)).toEqual(Array(7).fill(undefined));
});

describe('a board in one row', () => {
  const entry: fc.Arbitrary<CatalogEntry> = fc.record({
    component: hostile,
    displayName: hostile,
    critical: fc.boolean(),
    labels: fc.record({ kind: hostile, type: hostile }, { noNullPrototype: true }),
  });
  const saying: fc.Arbitrary<Saying> = fc.record({
    message: hostile,
    error: hostile,
    version: hostile,
    since_ms: fc.option(fc.integer({ min: 0 })),
    details: hostile,
  });
  const member = fc.record({
    entry,
    status,
    responseTimeMs: fc.option(fc.integer({ min: 0, max: 500_000 }), { nil: undefined }),
    saying,
    says: fc.boolean(),
  });

  test('is read back completely: catalog, statuses, response times, and the texts of selected components', () => {
    fc.assert(
      fc.property(fc.array(member, { maxLength: 8 }), (members) => {
        const catalog = writeCatalog(members.map((one) => one.entry));
        const turns = members.flatMap(({ says }, index) => (says ? [index] : []));
        const readings = members.map((one) => ({ ...one, saying: () => one.saying }));
        const row = writeBoardRow({ count: members.length, catalog }, readings, turns);
        expect(Object.keys(row)).toEqual(Object.keys(FIELDS_OF.board));

        expect(readCatalog(row.catalog)).toEqual(
          members.map(({ entry: { component: name, displayName, critical, labels: own } }) => ({
            labels: { ...own, component: name },
            displayName: displayName === name || displayName === '' ? undefined : displayName,
            critical,
          }))
        );
        const read = readBoardRow(row.statuses, row.response_times_ms, row.said);
        members.forEach((one, index) => {
          expect(read.status(index)).toBe(one.status);
          expect(read.responseTime(index)).toBe(one.responseTimeMs);
          expect(read.saying(index)).toEqual(one.says ? one.saying : undefined);
        });
        expect(read.status(members.length)).toBeUndefined();
      })
    );
  });

  test('any other input is read without an error', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), fc.anything(), fc.json(), (statuses, times, said, text) => {
        const read = readBoardRow(statuses, times, said);
        expect([read.saying(0), read.status(-1)]).toEqual([undefined, undefined]);
        readBoardRow(text, text, text).saying(0);
        readCatalog(text);
      })
    );
    expect(readCatalog('{"component":["a"]}')).toEqual([
      { labels: { component: 'a' }, displayName: undefined, critical: false },
    ]);
  });
});

test('every measurement has fields and a channel', () => {
  expect(Object.keys(FIELDS_OF)).toEqual(MEASUREMENTS);
  expect(MEASUREMENTS.map((name) => channelOf('onehertz', name))).toContain('stream/onehertz/components');
  expect(pushPath('onehertz')).toBe('/api/live/push/onehertz');
  // the summary counts each status
  expect(Object.keys(FIELDS_OF.summary)).toEqual(['overall', 'total', 'up', ...STATUSES]);
});
