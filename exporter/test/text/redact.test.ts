import fc from 'fast-check';
import { redact, secretsOfUrl } from '../../src/text/redact';

/** Without `*`, the character of the mark itself; long enough not to occur by chance in the words around it. */
const secret = fc.string({ unit: 'grapheme', minLength: 4, maxLength: 40 }).filter((text) => !/[*]/.test(text));
/** Around the secret stands nothing that shares a character with it. */
const around = fc.string({ unit: fc.constantFrom('☀', '☁', ' ', '\n', '☂'), maxLength: 20 });
const withoutTouching = (word: string, text: string) => ![...word].some((char) => text.includes(char));

describe('redact', () => {
  it('removes every known secret in any form and position', () => {
    fc.assert(
      fc.property(fc.array(secret, { minLength: 1, maxLength: 4 }), around, (secrets, text) => {
        for (const [i, one] of secrets.entries()) {
          fc.pre(withoutTouching(one, text));
          const forms = [one, encodeURIComponent(one), JSON.stringify(one).slice(1, -1)];
          const message = redact(`${text}${forms.join('☀')}${text}`, secrets.slice(0, i + 1));
          for (const form of forms) expect(message).not.toContain(form);
        }
      })
    );
  });

  it.each([
    ['in hexadecimal', Buffer.from('p%ss wörd-of-db').toString('hex')],
    ['in hexadecimal, in capitals', Buffer.from('p%ss wörd-of-db').toString('hex').toUpperCase()],
    ['percent-encoded twice', encodeURIComponent(encodeURIComponent('p%ss wörd-of-db'))],
    ['cut at its end', 'p%ss wörd-'],
    ['cut at its front', 'wörd-of-db'],
  ])('takes out a secret %s', (_title, form) => {
    expect(redact(`it says <${form}> to you`, ['p%ss wörd-of-db'])).toBe('it says <***> to you');
  });

  it('leaves no rest of a secret that contains another one', () => {
    expect(redact('it is hunter2extra', ['hunter2', 'hunter2extra'])).toBe('it is ***');
  });

  it('removes the user info from any URL without knowing the secret', () => {
    const password = fc
      .string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 30 })
      .filter((p) => !/[\s"'<>]/.test(p));
    const scheme = fc.constantFrom('redis', 'rediss', 'amqp', 'postgresql', 'https');
    fc.assert(
      fc.property(scheme, password, fc.boolean(), (protocol, plain, encoded) => {
        const shown = encoded ? encodeURIComponent(plain) : plain;
        // a password of digits and a slash looks like a port and a path
        fc.pre(encoded || !/^\d{1,5}[/?#]/.test(plain));
        const text = redact(`connect to ${protocol}://watcher:${shown}@db.example:5432/x failed`);
        expect(text).toBe(`connect to ${protocol}://***@db.example:5432/x failed`);
      })
    );
  });

  it.each([
    ['password=hunter2 host=db', 'password=*** host=db'],
    ['PGPASSWORD=hunter2', 'PGPASSWORD=***'],
    ['MINIO_SECRET_KEY: hunter2', 'MINIO_SECRET_KEY: ***'],
    ['{"secretKey":"hun\\"ter2","x":1}', '{"secretKey":***,"x":1}'],
    ["passwd = 'hunter 2'", 'passwd = ***'],
    ['Authorization: Bearer abc.def.ghi', 'Authorization: ***'],
    ['X-Api-Key: hunter2', 'X-Api-Key: ***'],
    ['sent Bearer eyJhbGciOi.J9', 'sent Bearer ***'],
    ['GET /?X-Amz-Signature=abcdef&x=1', 'GET /?X-Amz-Signature=***&x=1'],
    ['AWS4-HMAC-SHA256 Credential=AK/2026/us, Signature=ff00', 'AWS4-HMAC-SHA256 Credential=***, Signature=***'],
  ])('removes values of secret keys from %j', (text, expected) => expect(redact(text)).toBe(expected));

  it.each([
    'password authentication failed for user "watcher"',
    'connect ECONNREFUSED 127.0.0.1:5432',
    'http://db.example:8080/users/@me answered 404',
    'WRONGPASS invalid username-password pair or user is disabled.',
    'mail to ops@example.org',
  ])('does not change %j', (text) => expect(redact(text, ['x', 'ab', ''])).toBe(text));

  it('does not change text without "@", "=", ":" and token', () => {
    const text = fc.string({ unit: 'grapheme' }).filter((plain) => !/[@=:]|bearer/i.test(plain));
    fc.assert(fc.property(text, (plain) => expect(redact(plain, ['ab'])).toBe(plain)));
  });

  it('takes linear time for hostile text', () => {
    for (const piece of ['a', 'a://', 'a://b:c', 'password="', "token='\\", 'x://y:', 'password ', 'Bearer ', '@']) {
      const text = piece.repeat(100_000 / piece.length);
      const started = performance.now();
      redact(text, ['hunter2']);
      // it takes some 10 ms; the square of the length would take minutes
      expect(performance.now() - started).toBeLessThan(5000);
    }
  });
});

describe('secretsOfUrl', () => {
  it('finds the password as it was written and decoded, whatever its characters', () => {
    fc.assert(
      fc.property(secret, (password) => {
        const found = secretsOfUrl(`redis://watcher:${encodeURIComponent(password)}@cache:6379/0`);
        expect(found).toEqual(expect.arrayContaining([password, encodeURIComponent(password)]));
        expect(found).not.toContain('watcher');
      })
    );
  });

  it.each([
    ['postgresql://u@h/db?password=hunter2&sslmode=require', 'hunter2'],
    ['postgresql://u:hun/ter#2@h:99999999/db', 'hun/ter#2'],
    ['redis://:hun%2fter2@h', 'hun/ter2'],
    ['http://u:p%zz@h', 'p%zz'],
    ['http://h/x?api_key=a+b', 'a b'],
  ])('finds the secret of %s', (url, expected) => expect(secretsOfUrl(url)).toContain(expected));

  it.each(['redis://cache:6379', 'amqp://guest@queue', 'not a url', 'http://h/?key=x'])('finds none in %s', (url) =>
    expect(secretsOfUrl(url)).toEqual([])
  );
});
