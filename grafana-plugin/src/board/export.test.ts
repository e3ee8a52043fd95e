import fc from 'fast-check';
import { component } from '../testing/component';
import { toCsv, toJson } from './export';

it('writes a header and a line per component', () => {
  const [header, line, ...rest] = toCsv([
    component('redis', { kind: 'infrastructure', type: 'cache', responseTimeMs: 0.25, at: 0, message: 'PONG' }),
  ]).split('\r\n');
  expect(header).toMatch(/^component,display_name,kind,type,status,response_time_ms,/);
  expect(line).toBe(
    'redis,redis,infrastructure,cache,healthy,0.25,,PONG,,,false,false,false,false,1970-01-01T00:00:00.000Z'
  );
  expect(rest).toEqual([]);
});

it('quotes commas, quotes and line breaks', () => {
  expect(toCsv([component('a', { message: 'one, "two"\nthree' })])).toContain('"one, ""two""\nthree"');
});

it.each(['=1+1', '+1', '-1', '@x', '\tx'])('makes text of what a spreadsheet would evaluate: %j', (message) => {
  expect(toCsv([component('a', { message })])).toContain(`'${message}`);
});

/** A parser after RFC 4180. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, bare, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r\n|$)/g)) {
    rows[rows.length - 1].push(quoted === undefined ? bare : quoted.replace(/""/g, '"'));
    if (end === '\r\n') {
      rows.push([]);
    } else if (end === '') {
      break;
    }
  }
  return rows;
}

it('can be parsed again, with any texts', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 5 }), (texts) => {
      const rows = parseCsv(toCsv(texts.map((message, i) => component(`c${i}`, { message }))));
      const column = rows[0].indexOf('message');
      expect(rows.slice(1).map((row) => row[column].replace(/^'(?=[=+\-@\t\r])/, ''))).toEqual(texts);
    })
  );
});

it('writes JSON with labels and details', () => {
  const json: unknown = JSON.parse(toJson([component('a', { labels: { region: 'eu' }, details: { workers: ['x'] } })]));
  expect(json).toMatchObject([
    { component: 'a', status: 'healthy', labels: { region: 'eu' }, details: { workers: ['x'] } },
  ]);
});
