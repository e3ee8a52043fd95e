import { csvText } from '../../src/http/csv';

it.each([
  ['=1+1', "'=1+1"],
  ['  @SUM(A1)', "  '@SUM(A1)"],
  ['well;=cmd|x', "well;'=cmd|x"],
  ['a;"-2', `a;"'-2`],
  ['a\t+3|=4\n-5', "a\t'+3|'=4\n'-5"],
  ['\uff1d1', "'\uff1d1"],
  ['2 of 2 workers - all well; e=mc', '2 of 2 workers - all well; e=mc'],
])('%j is safe wherever a spreadsheet begins a cell', (text, expected) => {
  expect(csvText(text)).toBe(expected);
});
