/** When a page calls people: for what is new, and not for each flap. */
import type { Alarms, Status } from '@onehertz/contract';
import { createAlarmWatch, timeOfDay, type AlarmWatch } from '../../web/alarms';

const START = Date.UTC(2026, 2, 1, 12);

let watch: AlarmWatch;
let now: number;
beforeEach(() => {
  watch = createAlarmWatch();
  now = START;
});

/** What is said after an update a second later. @param failing names, or names with their status */
function update(
  failing: (string | [string, Status])[] = [],
  open: string[] = [],
  allGood = failing.length === 0,
  flapping: string[] = []
) {
  now += 1000;
  const alarms: Alarms = {
    failing: failing.map((one) => {
      const [component, status] = typeof one === 'string' ? [one, 'unhealthy' as const] : one;
      return { component, status, text: `${component} ${status}` };
    }),
    open,
    flapping,
  };
  return watch.update(alarms, allGood, now)?.text;
}
/** The same update for some seconds; what was said in each. */
const during = (seconds: number, failing: string[] = [], open: string[] = []) =>
  Array.from({ length: seconds }, () => update(failing, open)).filter(Boolean);

test('says once what is new, and once that all are healthy', () => {
  expect(during(3)).toEqual([]);
  expect(during(30, ['redis'])).toEqual(['redis unhealthy']);
  expect(during(30, ['redis', 'minio'])).toEqual(['minio unhealthy']);
  expect(during(3, ['minio'])).toEqual([]);
  expect(during(30)).toEqual(['All healthy again']);
});

test('says nothing of what was broken when the page was opened, but when all are healthy', () => {
  expect(during(70, ['redis'])).toEqual([]);
  expect(during(3)).toEqual(['All healthy again']);
});

test('says nothing of a recovery while something flaps, and nothing of maintenance then', () => {
  update();
  expect(update(['redis', 'minio'])).toBe('redis unhealthy\nminio unhealthy');
  for (let second = 0; second < 5; second++) expect(update([], [], true, ['redis'])).toBeUndefined();
  // not down for long enough
  expect(update(['redis'])).toBeUndefined();
  expect(update([], [], true, ['other'])).toBeUndefined();
  expect(update()).toBe('All healthy again');
});

test('says in one notice what is new in one update, and counts the others', () => {
  update();
  expect(update(['a', 'b'])).toBe('a unhealthy\nb unhealthy');
  expect(update(['a', 'b', 'c', 'd', 'e', 'f', 'g'])).toBe('c unhealthy\nd unhealthy\ne unhealthy\n2 more failures');
});

test('says nothing of what comes back as it was: from no contact, a restart, or maintenance', () => {
  update();
  expect(update(['redis'])).toBe('redis unhealthy');
  expect(during(10, [], ['redis'])).toEqual([]);
  expect(during(70, ['redis'])).toEqual([]);
});

test('says that all are healthy only when all are: not while one is in maintenance that was down', () => {
  update();
  update(['redis']);
  expect(during(10, [], ['redis'])).toEqual([]);
  expect(during(2)).toEqual(['All healthy again']);
});

test('says that not all are healthy while others are in maintenance', () => {
  update();
  update(['redis'], ['minio']);
  expect(during(2, [], ['minio'])).toEqual(['All healthy again, except what is in maintenance']);
});

test('gives what followed from another failure five seconds to recover with it', () => {
  update();
  expect(update(['postgresql'], ['backend'])).toBe('postgresql unhealthy');
  expect(during(4, ['backend'])).toEqual([]);
  expect(during(2)).toEqual(['All healthy again']);
  expect(update(['postgresql'], ['backend'])).toBeUndefined();
  expect(during(10, ['backend'])).toEqual(['backend unhealthy']);
});

test('says of one that flaps at most once a minute that it is down, and what remains down when that is over', () => {
  update();
  const said = Array.from({ length: 30 }, () => [update(['redis']), update()]).flat();
  expect(said.filter(Boolean)).toEqual(['redis unhealthy', 'All healthy again']);
  expect(during(20, ['redis'])).toEqual(['redis unhealthy']);
});

test('says that a critical one has become worse, also within the minute, and not that it has become better', () => {
  update();
  expect(update([['redis', 'degraded']])).toBe('redis degraded');
  expect(update(['redis'])).toBe('redis unhealthy');
  expect(update([['redis', 'degraded']])).toBeUndefined();
});

test('says nothing of a recovery that is not one', () => {
  update();
  update(['redis']);
  expect(update([], [], false)).toBeUndefined();
  expect(update([], [], true)).toBe('All healthy again');
});

describe('without contact', () => {
  const failed = (lastUpdate: number | undefined, seconds: number) =>
    Array.from({ length: seconds }, () => watch.failed(lastUpdate, (now += 1000))?.text).filter(Boolean);

  test('says so once after ten seconds, with since when', () => {
    update();
    const last = now;
    expect(failed(last, 10)).toEqual([]);
    expect(failed(last, 60)).toEqual([`No contact with the exporter since ${timeOfDay(last)}`]);
  });

  test('says nothing when it returns with the same state, and says it again the next time', () => {
    update();
    update(['redis']);
    expect(failed(now, 20)).toHaveLength(1);
    expect(during(3, ['redis'])).toEqual([]);
    expect(failed(now, 20)).toHaveLength(1);
  });

  test('says nothing when a computer wakes up and its first request fails', () => {
    update();
    const last = now;
    now += 3_600_000;
    expect(failed(last, 2)).toEqual([]);
  });

  test('says nothing before the first update', () => {
    expect(failed(undefined, 60)).toEqual([]);
  });
});
