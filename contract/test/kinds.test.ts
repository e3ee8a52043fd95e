import { kindPlace, kindTitle } from '../src';

test('known kinds come first, in their order; then all others; last what has none', () => {
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

test('a kind may have the name of anything', () => {
  expect(['constructor', '__proto__', 'é'].map(kindTitle)).toEqual(['Constructor', '__proto__', 'É']);
});
