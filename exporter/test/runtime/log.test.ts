/** What a log line may be made to say. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const LOG = join(__dirname, '../../dist/runtime/log.js');
const hostile = 'a\nts=2020 level=error msg="fake" \u001b[31mred \u009b31m \u202e turned \u2028 \u{e0041} "q" \\ k=v';

function write(format: string): string {
  const script = `const log = require(${JSON.stringify(LOG)}).createLog({ level: 'info', format: '${format}' });
    log.warn({ reason: ${JSON.stringify(hostile)} }, 'status changed'); log.error({ err: new Error('one\\ntwo') }, 'failed');`;
  return spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' }).stderr;
}

describe.each(['logfmt', 'json'])('%s', (format) => {
  it('writes one line for each entry, and nothing that a terminal obeys', () => {
    const text = write(format);
    expect(text.split('\n')).toHaveLength(3);
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
  });
});

it('keeps what was said in JSON', () => {
  const [first = '', second = ''] = write('json').split('\n');
  expect(JSON.parse(first)).toMatchObject({ reason: hostile, msg: 'status changed' });
  expect(JSON.parse(second)).toMatchObject({ err: { message: 'one\ntwo' } });
});
