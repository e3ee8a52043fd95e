/** Parser and conversion for input that the exporter does not produce; its own lines are tested with its writer. */
import { toFrames } from '../server/live/frames';
import { parseLineProtocol } from '../server/live/line-protocol';

const NOW = 1_772_366_400_000;
const frameOf = (body: string) => toFrames(parseLineProtocol(body), NOW).get('m');

describe('line protocol', () => {
  it('has numbers, booleans and strings', () => {
    const [metric] = parseLineProtocol('m a=1,b=-2i,c=3u,d=.5e1,e=t,f=FALSE,g="x \\"y\\" \\\\ z,=\r\nend"');
    expect(Object.fromEntries(metric?.fields ?? [])).toEqual({
      ...{ a: 1, b: -2, c: 3, d: 5, e: true, f: false },
      g: 'x "y" \\ z,=\r\nend',
    });
  });

  it('has escapes in names and tags', () => {
    expect(parseLineProtocol('a\\ b\\,c,k\\=ey=v\\ 1\\x f\\ 1=1 5')).toEqual([
      { name: 'a b,c', tags: { 'k=ey': 'v 1\\x' }, fields: new Map([['f 1', 1]]), time: 5n },
    ]);
  });

  it('may have empty lines and comments', () => {
    expect(parseLineProtocol('\n# nothing\r\n \t\nm f=1\r\n\n')).toHaveLength(1);
    expect(parseLineProtocol('')).toEqual([]);
  });

  it.each([
    'm',
    'm ',
    'm f',
    'm f=',
    'm f="x',
    'm f=1 x',
    'm f=1e999',
    'm f=1,',
    'm,t f=1',
    'm,t= f=1',
    'm f="\r"',
    'm f=1\rm f=1',
  ])('rejects %j', (line) => {
    expect(() => parseLineProtocol(`m f=1\n${line}\nm f=1`)).toThrow(/^expected /);
  });
});

describe('frames', () => {
  it('have the fields in order of first appearance, sorted within a line, and nulls for missing ones', () => {
    const frame = frameOf('m b=1,a=2 1000000\nm,y=2,x=1 c=3 2000000\nm a=4 3000000');
    expect(frame?.schema.fields.map(({ name }) => name)).toEqual(['labels', 'time', 'a', 'b', 'c']);
    expect(frame?.data.values).toEqual([
      ['', 'x=1, y=2', ''],
      [1, 2, 3],
      [2, null, 4],
      [1, null, null],
      [null, 3, null],
    ]);
  });

  it('keep the type of a field: other values become text in a text field, and null in others', () => {
    const frame = frameOf(
      'm s="x",n=1,b=t,u="NaN"\nm s=1,n="x",b=1,u=2\nm s=t,n=f,b="x",u="x"\nm s="NaN",n="NaN",b="NaN"'
    );
    expect(frame?.schema.fields.map(({ name, type }) => [name, type]).slice(2)).toEqual([
      ['b', 'boolean'],
      ['n', 'number'],
      ['s', 'string'],
      ['u', 'number'],
    ]);
    expect(frame?.data.values.slice(2)).toEqual([
      [true, null, null, null],
      [1, null, null, null],
      ['x', '1', 'true', null],
      [null, 2, null, null],
    ]);
  });

  it("have the server's time if a line has none", () => {
    expect(frameOf('m f=1')?.data.values[1]).toEqual([NOW]);
  });

  it('are created per measurement, in the order of the body', () => {
    expect([...toFrames(parseLineProtocol('b f=1\na f=1\nb f=2'), NOW).keys()]).toEqual(['b', 'a']);
  });
});
