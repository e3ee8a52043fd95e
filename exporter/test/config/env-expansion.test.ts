import { expandVariables } from '../../src/config/reading/env-expansion';

const env = { USER: 'ada', EMPTY: '', DOLLAR: '${USER}$$', A_1: 'x' };

test.each([
  ['plain', 'plain'],
  ['${USER}', 'ada'],
  ['http://${USER}:${A_1}@host', 'http://ada:x@host'],
  ['${NONE:-default}', 'default'],
  ['${EMPTY:-default}', 'default'],
  ['${USER:-default}', 'ada'],
  ['${EMPTY}', ''],
  ['${NONE:-}', ''],
  ['${NONE:-a:-b}', 'a:-b'],
  ['pa$word $5 $', 'pa$word $5 $'],
  ['$${USER}', '${USER}'],
  ['a$$b', 'a$b'],
  ['$$$${USER}$$', '$${USER}$'],
  ['${NONE-default} ${EMPTY-default} ${USER-default}', 'default  ada'],
  ['${USER:?must be set} ${EMPTY?must be set}', 'ada '],
  ['${USER:+x} ${EMPTY:+x} ${EMPTY+x} ${NONE+x}', 'x  x '],
  ['${NONE:-${USER}} ${NONE:-${EMPTY:-${A_1}}}!', 'ada x!'],
  ['${NONE:-$$5}', '$5'],
  // values of variables are not expanded again
  ['${DOLLAR}', '${USER}$$'],
])('%s becomes %s', (text, expected) => {
  expect(expandVariables(text, env)).toMatchObject({ text: expected, errors: [] });
});

test('returns the names of the variables', () => {
  expect(expandVariables('${USER} ${NONE:-x}', env).variables).toEqual(['USER', 'NONE']);
});

test('reports which variable is not set', () => {
  expect(expandVariables('${NONE}', env).errors).toEqual([
    'the environment variable NONE is not set; set it, or write ${NONE:-default}',
  ]);
});

test.each([
  ['${NONE:?set it to the URL of the shop}', 'NONE is not set: set it to the URL of the shop'],
  ['${EMPTY:?set it}', 'EMPTY is empty: set it'],
  ['${NONE?}', 'NONE is not set; set it'],
  ['${NONE:?like ${USER}}', 'NONE is not set: like ada'],
  ['${NONE:-${EMPTY:?both are missing}}', 'EMPTY is empty: both are missing'],
])('%s reports the reason', (text, message) => {
  expect(expandVariables(text, env).errors).toEqual([`the environment variable ${message}`]);
});

test.each(['${}', '${1A}', '${A B}', '${A:B}', '${USER', '${A:-${B}', '${ USER }', '${A/b/c}'])(
  'rejects %s',
  (text) => {
    expect(expandVariables(text, env).errors).toEqual([
      'a variable is written ${NAME}, ${NAME:-default}, ${NAME:?message} or ${NAME:+other}, and a dollar sign $$',
    ]);
  }
);

test('handles hostile text', () => {
  expect(expandVariables('${A:-'.repeat(100_000), env).errors).toHaveLength(1);
  expect(expandVariables('${NONE:-'.repeat(50) + '}'.repeat(50), env).errors).toEqual([
    'its variables are nested too deeply',
  ]);
});
