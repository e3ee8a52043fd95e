import dns from 'node:dns';
import { promisify } from 'node:util';
import { shareLookups } from '../../src/runtime/shared-lookups';

type Callback = (error: Error | null, address?: string) => void;

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

describe('shareLookups', () => {
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

  it('takes the first addresses of a name that has thousands, of each family', async () => {
    const found = lookup('many.test', { all: true });
    const addresses = [
      ...Array.from({ length: 1000 }, (_, i) => ({ address: `2001:db8::${i.toString(16)}`, family: 6 })),
      ...Array.from({ length: 1000 }, (_, i) => ({ address: `192.0.${i >> 8}.${i & 255}`, family: 4 })),
    ];
    asked[0]?.answer(null, addresses as never);
    expect(await found).toEqual([...addresses.slice(0, 16), ...addresses.slice(1000, 1016)]);
  });

  it('finds a real name', async () => {
    dns.lookup = original;
    shareLookups();
    expect(await lookup('127.0.0.1')).toBe('127.0.0.1');
  });
});

describe('shareLookups, where a DNS is silent', () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] }));
  afterEach(() => jest.useRealTimers());
  const namesAsked = () => asked.map(({ hostname }) => hostname);
  const answer = (hostname: string, error: Error | null, address?: string) => {
    const at = asked.findIndex((each) => each.hostname === hostname);
    asked.splice(at, 1)[0]?.answer(error, address);
  };

  it('goes on with the last address while a name is looked up, and with a new one when it has come', async () => {
    const first = lookup('db.test');
    answer('db.test', null, '192.0.2.1');
    expect(await first).toBe('192.0.2.1');
    const second = lookup('db.test');
    jest.advanceTimersByTime(200);
    expect(await second).toBe('192.0.2.1');
    // while it is still silent, at once
    expect(await lookup('db.test')).toBe('192.0.2.1');
    answer('db.test', new Error('EAI_AGAIN'));
    const third = lookup('db.test');
    jest.advanceTimersByTime(200);
    expect(await third).toBe('192.0.2.1');
    answer('db.test', null, '192.0.2.2');
    const fourth = lookup('db.test');
    jest.advanceTimersByTime(200);
    expect(await fourth).toBe('192.0.2.2');
  });

  it('keeps no address of a name that is gone', async () => {
    const first = lookup('db.test');
    answer('db.test', null, '192.0.2.1');
    await first;
    const second = lookup('db.test');
    answer('db.test', new Error('ENOTFOUND'));
    await expect(second).rejects.toThrow('ENOTFOUND');
    let settled = false;
    lookup('db.test').then(
      () => (settled = true),
      () => (settled = true)
    );
    jest.advanceTimersByTime(1000);
    await new Promise(setImmediate);
    expect(settled).toBe(false);
  });

  it('has look-ups left for others, however many names are silent', async () => {
    const known = lookup('good.test');
    answer('good.test', null, '192.0.2.1');
    await known;
    for (let i = 0; i < 40; i++) lookup(`silent-${i}.test`).catch(() => undefined);
    expect(asked.length).toBeLessThanOrEqual(8);
    jest.advanceTimersByTime(200);
    // known as quick: there is always room
    void lookup('good.test');
    expect(namesAsked()).toContain('good.test');
    answer('good.test', null, '192.0.2.1');
    // one that nobody has asked for yet comes before those that were silent the last time
    answer('silent-0.test', new Error('EAI_AGAIN'));
    for (let i = 1; i < 40; i++) answer(`silent-${i}.test`, new Error('EAI_AGAIN'));
    for (let i = 0; i < 40; i++) lookup(`silent-${i}.test`).catch(() => undefined);
    void lookup('new.test');
    expect(namesAsked()).not.toContain('new.test');
    answer('silent-0.test', new Error('EAI_AGAIN'));
    expect(namesAsked()).toContain('new.test');
  });

  it('names that were good and became silent do not take all look-ups', async () => {
    const names = Array.from({ length: 20 }, (_, i) => `was-good-${i}.test`);
    const found = names.map((name) => lookup(name));
    for (const name of names) answer(name, null, '192.0.2.1');
    await Promise.all(found);
    const again = names.map((name) => lookup(name));
    jest.advanceTimersByTime(200);
    expect(await Promise.all(again)).toEqual(names.map(() => '192.0.2.1'));
    for (const name of names) answer(name, new Error('EAI_AGAIN'));
    for (const name of names) lookup(name).catch(() => undefined);
    expect(asked.length).toBeLessThanOrEqual(8);
  });
});
