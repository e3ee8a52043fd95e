/** Where a component is: never with a secret. */
import { addressOf } from '../../src/probes/address';
import { makeTarget } from './kit/helpers';

test.each([
  ['redis', { url: 'redis://user:s3cr3t@cache:6379/2?db=3' }, 'redis://cache:6379/2'],
  ['postgresql', { url: 'postgresql://u:s3cr3t@one,two:5433/app?sslmode=require' }, 'postgresql://one,two:5433/app'],
  ['http', { url: 'https://s3cr3t@api.example/health?key=s3cr3t' }, 'https://api.example/health'],
  ['celery', { url: 'redis://:s3cr3t@a:6379;redis://:s3cr3t@b:6379' }, 'redis://a:6379, redis://b:6379'],
  ['rabbitmq', { url: 'amqp://u:a/b?c#d@mq:5672/%2f' }, 'amqp://mq:5672/%2f'],
  ['tcp', { address: '[::1]:25' }, '[::1]:25'],
] as const)('of %s', (probe, fields, address) => {
  const target = { ...makeTarget('tcp', { address: 'x:1' }), probe, address: undefined, ...fields };
  expect(addressOf(target as unknown as Parameters<typeof addressOf>[0])).toBe(address);
});
