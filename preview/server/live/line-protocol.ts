/**
 * Parses line protocol as Grafana does. Written from the grammar alone (github.com/influxdata/line-protocol,
 * `machine.go.rl` and `escape.go` at b1ad95c8, the version in Grafana's go.mod), independent of the exporter's code,
 * which is tested against it. The parsers on npm are not suitable: influx-line-protocol-parser 0.2.0 and
 * @akayami/influxdb-line-protocol 1.0.0 split at every space and comma, even if quoted.
 */

export interface Metric {
  name: string;
  tags: Record<string, string>;
  fields: Map<string, string | number | boolean>;
  /** Nanoseconds since the epoch; `undefined` if the line has none. */
  time: bigint | undefined;
}

const CONTROL_SPACE = '\t\n\v\f\r';
const WHITE_SPACE = '\t\v\f ';
/** Characters that have a meaning in a string. Searched for one by one: a run of all others could be too long for a regular expression. */
const SPECIAL = /["\\\n\r\f]/g;
const NUMBER = /^-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const TRUE = /^(?:true|TRUE|True|T|t)$/;
const FALSE = /^(?:false|FALSE|False|F|f)$/;

/** Parses all lines of a body. @throws Error at the first invalid one, for which Grafana drops the whole body */
export function parseLineProtocol(body: string): Metric[] {
  const metrics: Metric[] = [];
  let at = 0;

  const fail = (expected: string): never => {
    throw new Error(`expected ${expected} at ${at}: ${JSON.stringify(body.slice(at, at + 40))}`);
  };
  const peek = () => body[at] ?? '';
  const skip = (characters: string) => {
    const from = at;
    while (peek() !== '' && characters.includes(peek())) at++;
    return at > from;
  };
  const take = (character: string, expected: string) => (peek() === character ? at++ : fail(expected));
  const newline = () => {
    if (body.startsWith('\r\n', at)) return 2;
    return peek() === '\n' ? 1 : 0;
  };

  /** A sequence of plain characters and escapes. */
  function word(terminators: string, expected: string, doubled: boolean): string {
    const from = at;
    for (;;) {
      const character = peek();
      if (character === '' || CONTROL_SPACE.includes(character) || terminators.includes(character)) break;
      if (character === '\\') {
        const next = body[at + 1] ?? '';
        if (next === '' || CONTROL_SPACE.includes(next)) fail('something after the backslash');
        // in tags, only the first of two backslashes is consumed: the second may begin an escape
        at += doubled && next === '\\' ? 1 : 2;
      } else at++;
    }
    return at > from ? body.slice(from, at) : fail(expected);
  }

  function string(): string {
    let text = '';
    for (;;) {
      SPECIAL.lastIndex = at;
      const end = SPECIAL.exec(body)?.index ?? body.length;
      text += body.slice(at, end);
      at = end;
      const character = peek();
      if (character === '"') break;
      const ending = newline();
      if (ending > 0) {
        text += body.slice(at, at + ending);
        at += ending;
      } else if (character === '\\') {
        const next = body[at + 1] ?? '';
        if (next !== '\\' && next !== '"') fail('a backslash or a quote after the backslash');
        text += next;
        at += 2;
      } else fail('the end of the string');
    }
    at++;
    return text;
  }

  function value(): string | number | boolean {
    if (peek() === '"') {
      at++;
      return string();
    }
    const from = at;
    while (peek() !== '' && !` ,${CONTROL_SPACE}`.includes(peek())) at++;
    const text = body.slice(from, at);
    if (/^-?\d+i$/.test(text) || /^\d+u$/.test(text)) return Number(text.slice(0, -1));
    // Go's ParseFloat rejects numbers that are too large for a float64
    if (NUMBER.test(text) && Number.isFinite(Number(text))) return Number(text);
    if (TRUE.test(text)) return true;
    return FALSE.test(text) ? false : fail(`a value, not ${JSON.stringify(text)},`);
  }

  function metric(): Metric {
    const name = unescape(word(' ,', 'a measurement', false), ' ,');
    const tags: Record<string, string> = {};
    while (peek() === ',') {
      at++;
      const key = unescape(word(' ,=', 'a tag', true), ' ,="');
      take('=', 'an equals sign after the tag');
      tags[key] = unescape(word(' ,=', 'the value of a tag', true), ' ,="');
    }
    if (!skip(WHITE_SPACE)) fail('fields');
    const fields: Metric['fields'] = new Map();
    do {
      const key = unescape(word(' ,=', 'a field', false), ' ,="');
      take('=', 'an equals sign after the field');
      fields.set(key, value());
    } while (peek() === ',' && at++ >= 0);
    let time: bigint | undefined;
    if (skip(WHITE_SPACE)) {
      const [digits] = /^-?\d{1,19}/.exec(body.slice(at, at + 21)) ?? [''];
      at += digits.length;
      if (digits !== '') time = BigInt(digits);
      skip(WHITE_SPACE);
    }
    if (at < body.length) at += newline() || fail('the end of the line');
    return { name, tags, fields, time };
  }

  for (;;) {
    skip(`${WHITE_SPACE}`);
    if (at >= body.length) return metrics;
    const end = newline();
    if (end > 0) at += end;
    else if (peek() === '#') while (at < body.length && body[at++] !== '\n');
    else metrics.push(metric());
  }
}

/** Removes the backslash before each of `characters`, in one pass. */
function unescape(text: string, characters: string): string {
  let result = '';
  for (let i = 0; i < text.length; i++) {
    const next = text[i + 1] ?? '';
    if (text[i] === '\\' && next !== '' && characters.includes(next)) i++;
    result += text[i];
  }
  return result;
}
