import { kindPlace, kindTitle } from '../src';

test('sorts known kinds first in their order, then all others, then components without a kind', () => {
  const shuffled = ['', 'zoo', 'model', 'infrastructure', 'antenna', 'receiver', 'microservice'];
  const sorted = shuffled.sort((a, b) => kindPlace(a) - kindPlace(b) || a.localeCompare(b));
  expect(sorted.map(kindTitle)).toEqual([
    'Microservices',
    'Infrastructure',
    'Receivers',
    'Models',
    'Antenna',
    'Zoo',
    'Components',
  ]);
});

test("a kind may have any name, also that of an object's own property", () => {
  expect(['constructor', '__proto__', 'é'].map(kindTitle)).toEqual(['Constructor', '__proto__', 'É']);
});
