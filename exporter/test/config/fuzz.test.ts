/** Any configuration: no exception, no hang, no secret in a message. */
import fc from 'fast-check';
import { stringify } from 'yaml';
import { formatProblems } from '../../src/config/load';
import { COMPONENT_SCHEMAS, PROBE_NAMES } from '../../src/probes';
import { makeFolder } from './helpers';

const folder = makeFolder();
afterAll(() => folder.remove());

const SECRET = 'Zx9-s3cr3t-7Q';

/** A secret in any usual form, including invalid ones. */
const secret = fc.constantFrom(
  SECRET,
  `redis://user:${SECRET}@host/0`,
  `redis://user:${SECRET}@[bad`,
  `postgresql://${SECRET}`,
  `http://${SECRET}:x@h:99999/`,
  `amqp:${SECRET}`,
  `${SECRET}@:/`,
  ` ${SECRET}\n`
);
const anything = fc.oneof(
  secret,
  fc.string(),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.constant('${SECRET}'),
  fc.constant('${NONE}'),
  fc.constantFrom('1s', '800ms', '2d', '1.5s', '0s'),
  fc.array(fc.oneof(secret, fc.integer()), { maxLength: 3 }),
  fc.dictionary(fc.string(), fc.oneof(secret, fc.integer()), { maxKeys: 3 })
);
/** Keys that may hold a secret, whose values are never quoted. Other keys get anything but secrets. */
const SECRET_KEYS = ['url', 'password', 'access_key', 'secret_key', 'bearer_token', 'management_url', 'send'];
const harmless = anything.filter((value) => !JSON.stringify(value)?.includes(SECRET));

const component = fc.constantFrom(...PROBE_NAMES).chain((probe) => {
  const keys = [...new Set([...Object.keys(COMPONENT_SCHEMAS[probe].shape), ...SECRET_KEYS])].filter(
    (key) => key !== 'probe'
  );
  const values = keys.map((key) => [key, SECRET_KEYS.includes(key) ? anything : harmless] as const);
  return fc.record(
    {
      probe: fc.oneof({ weight: 9, arbitrary: fc.constant(probe) }, { weight: 1, arbitrary: harmless }),
      ...Object.fromEntries(values),
    },
    { requiredKeys: ['probe'] }
  );
});

test('random components', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(component, harmless), { maxLength: 3 }), async (components) => {
      const loaded = await folder.load(stringify({ components }), { SECRET });
      const text = loaded.ok ? '' : formatProblems(loaded.problems);
      expect(text).not.toContain(SECRET);
      if (!loaded.ok) {
        expect(text.split('\n')).toHaveLength(loaded.problems.length);
        for (const { message } of loaded.problems)
          expect(message).not.toMatch(/undefined|\[object|Invalid input|Error:/);
      }
    })
  );
});

test('random text', async () => {
  const token = fc.constantFrom(
    'a',
    ': ',
    '- ',
    '\n',
    '  ',
    '"',
    "'",
    '[',
    ']',
    '{',
    '}',
    '&a ',
    '*a',
    '<<: ',
    '!t ',
    '|',
    '>',
    '#',
    '${A}',
    '${',
    '\t',
    'components',
    '---\n',
    '? ',
    SECRET
  );
  await fc.assert(
    fc.asyncProperty(fc.array(token, { maxLength: 60 }), async (tokens) => {
      const loaded = await folder.load(tokens.join(''), { A: SECRET });
      // an unknown key is quoted, so that it can be found
      if (!loaded.ok && !tokens.some((part) => /[:?] |\{/.test(part)))
        expect(formatProblems(loaded.problems)).not.toContain(SECRET);
    })
  );
});
