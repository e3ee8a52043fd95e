import fc from 'fast-check';
import { connect } from 'node:net';
import { describeError } from '../../src/text/errors';
import { refusedPort } from '../probes/kit/helpers';

const coded = (code: string, message = 'library words') => Object.assign(new Error(message), { code });

/** The error of connecting to `host:port`. */
function failure(host: string, port: number): Promise<Error> {
  return new Promise((resolve) => connect(port, host).on('error', resolve));
}

describe('describeError', () => {
  it('explains a refused connection', async () => {
    expect(describeError(await failure('127.0.0.1', await refusedPort()))).toMatch(
      /^connection refused; is it running/
    );
  });

  it('gives the same message if both families were tried', async () => {
    expect(describeError(await failure('localhost', await refusedPort()))).toMatch(/^connection refused/);
  });

  it('says that a host name was not found', async () => {
    expect(describeError(await failure('no-such-host.invalid', 1))).toMatch(/host name not found|DNS did not answer/);
  });

  it('prefers the most informative error of a dual-stack connect', () => {
    const error = new AggregateError([coded('ENETUNREACH'), coded('ECONNREFUSED')]);
    expect(describeError(error)).toMatch(/^connection refused/);
  });

  it('says none of what libraries say to those who wrote them', () => {
    expect(describeError(new Error('Protocol error, got "H". Please report this.'))).toBe('Protocol error, got "H"');
    expect(describeError(new Error('Odd state. If you can reproduce this, please report it.'))).toBe('Odd state');
    expect(describeError(new RangeError('Maximum call stack size exceeded'))).toMatch(/^its answer cannot be parsed;/);
    expect(describeError(new RangeError('Invalid array length'))).toMatch(/^its answer cannot be parsed;/);
  });

  it('takes no longer for a megabyte than for what is shown of it', () => {
    const begun = performance.now();
    for (let i = 0; i < 20; i++) describeError(new Error('token=token=a://b:c@'.repeat(50_000)), ['a-secret']);
    expect((performance.now() - begun) / 20).toBeLessThan(100);
  });

  it('looks behind wrappers for the cause, also when they go in circles', () => {
    expect(describeError(new TypeError('fetch failed', { cause: coded('ECONNRESET') }))).toBe(
      'connection reset by the server'
    );
    const a = new Error('a');
    a.cause = a;
    expect(describeError(a)).toBe('a');
  });

  it('is one line of at most 300 characters without secrets, for any value', () => {
    fc.assert(
      fc.property(
        fc.anything({ withNullPrototype: true }),
        fc.string({ unit: 'grapheme', maxLength: 2000 }),
        (thrown, text) => {
          for (const error of [thrown, new Error(text), coded(text, text)]) {
            const line = describeError(error);
            expect(line.length).toBeLessThanOrEqual(300);
            expect(line).not.toMatch(/\n|\r/);
          }
        }
      )
    );
    expect(describeError(new Error(`x\n${'hunter2 '.repeat(1000)}`), ['hunter2'])).not.toContain('hunter');
  });

  it('does not mistake inherited properties for codes', () => {
    expect(describeError(coded('constructor'))).toBe('library words');
  });

  it('falls back to the code, then to the name', () => {
    expect(describeError(coded('ESTRANGE', ''))).toBe('ESTRANGE');
    expect(describeError(new TypeError(''))).toBe('TypeError');
  });
});
