import dns from 'node:dns';
import { promisify } from 'node:util';
import { shareLookups } from '../../src/runtime/shared-lookups';

type Callback = (error: Error | null, address?: string) => void;

describe('shareLookups', () => {
  const original = dns.lookup;
  let asked: { hostname: string; answer: Callback }[];

  beforeEach(() => {
    asked = [];
    dns.lookup = ((hostname: string, _options: unknown, answer: Callback) =>
      void asked.push({ hostname, answer })) as unknown as typeof dns.lookup;
    shareLookups();
  });
  afterEach(() => {
    dns.lookup = original;
  });
  const lookup = (hostname: string, options: dns.LookupOptions = {}) =>
    promisify(dns.lookup as unknown as (h: string, o: object, c: Callback) => void)(hostname, options);

  it('asks once for all who wait, and anew when they have their answer', async () => {
    const both = Promise.all([lookup('db.test'), lookup('db.test')]);
    expect(asked).toHaveLength(1);
    asked[0]?.answer(null, '192.0.2.1');
    expect(await both).toEqual(['192.0.2.1', '192.0.2.1']);
    const next = lookup('db.test');
    expect(asked).toHaveLength(2);
    asked[1]?.answer(new Error('ENOTFOUND'));
    await expect(next).rejects.toThrow('ENOTFOUND');
  });

  it('keeps other names and other questions apart', () => {
    void lookup('db.test');
    void lookup('queue.test');
    void lookup('db.test', { family: 6 });
    expect(asked.map(({ hostname }) => hostname)).toEqual(['db.test', 'queue.test', 'db.test']);
  });

  it('finds a real name', async () => {
    dns.lookup = original;
    shareLookups();
    expect(await lookup('127.0.0.1')).toBe('127.0.0.1');
  });
});
