import fc from 'fast-check';
import { nameLines } from './name-lines';

it.each([
  ['Redis', 9, ['Redis']],
  ['WebSDR Genova', 9, ['WebSDR ', 'Genova']],
  ['websdr-genova', 9, ['websdr-', 'genova']],
  ['a b c', 9, ['a b c']],
  ['one two three four', 7, ['one two ', 'three ']],
  ['internationalization', 9, ['internati']],
  ['👩‍👩‍👧‍👦', 1, ['👩']],
  ['', 9, []],
])('breaks %j', (name, characters, lines) => expect(nameLines(name, characters)).toEqual(lines));

it('shows the beginning of a name whose words fit', () => {
  const word = fc.string({ minLength: 1, maxLength: 6, unit: fc.constantFrom('a', 'b', 'c') });
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (words) => {
      const name = words.join(' ');
      expect(name.startsWith(nameLines(name, 6).join(''))).toBe(true);
    })
  );
});
