/** Each example of docs/health-documents.md is read as it says there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readHealthBody } from '../../../../src/probes/kit/health/report';

const text = readFileSync(join(__dirname, '../../../../../docs/health-documents.md'), 'utf8');
const examples = [...text.matchAll(/^\| `(.+?)` +\| (healthy|degraded|warning|unhealthy) +\|$/gm)].map(
  ([, body = '', verdict = '']): [string, string] => [body.replaceAll('⏎', '\n').replaceAll('\\|', '|'), verdict]
);

it('has examples', () => expect(examples.length).toBeGreaterThan(150));

it.each(examples)('%s is %s', (body, expected) => {
  const type = /^[[{]/.test(body) && !body.startsWith('[+]') ? 'application/json' : 'text/plain';
  const { verdict = 'healthy' } = readHealthBody(body, type);
  expect(verdict).toBe(expected);
});
