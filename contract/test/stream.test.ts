import { componentsIn, STREAM_EVENT, STREAM_EVENTS, type ComponentJson, type StreamMessage } from '../src';

const redis: ComponentJson = {
  status: 'healthy',
  service: 'redis',
  display_name: 'Redis',
  kind: 'infrastructure',
  type: 'cache',
  since: '2026-03-01T12:00:00.000Z',
  flapping: false,
};
const timestamp = redis.since;

test('events have the names of the reference system', () => {
  expect(STREAM_EVENTS).toEqual(['system:comprehensive_health', 'service:health', 'websdrs:health']);
});

test.each<StreamMessage>([
  { event: STREAM_EVENT.snapshot, timestamp, data: { components: { redis } } },
  { event: STREAM_EVENT.change, timestamp, data: redis },
  { event: STREAM_EVENT.receivers, timestamp, data: { health_status: { redis } } },
])('the components of $event', (message) => expect(componentsIn(message)).toEqual([redis]));
