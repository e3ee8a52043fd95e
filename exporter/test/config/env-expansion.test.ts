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
  // what a variable holds is never expanded again
  ['${DOLLAR}', '${USER}$$'],
])('%s becomes %s', (text, expected) => {
  expect(expandVariables(text, env)).toMatchObject({ text: expected, errors: [] });
});

test('names the variables it looked up', () => {
  expect(expandVariables('${USER} ${NONE:-x}', env).variables).toEqual(['USER', 'NONE']);
});

test('says which variable is not set', () => {
  expect(expandVariables('${NONE}', env).errors).toEqual([
    'the environment variable NONE is not set; set it, or write ${NONE:-default}',
  ]);
});

test.each(['${}', '${1A}', '${A-B}', '${USER', '${A:-${B}}', '${ USER }'])('refuses %s', (text) => {
  expect(expandVariables(text, env).errors).toEqual([
    'a variable is written ${NAME} or ${NAME:-default}, and a dollar sign $$',
  ]);
});
