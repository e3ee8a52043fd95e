import { EventBusSrv, locationUtil, type GrafanaConfig, type ScopedVars } from '@grafana/data';
import { RefreshEvent } from '@grafana/runtime';
import { component } from '../testing/component';
import { copyText } from './clipboard';
import { linksOf } from './links';
import { refreshDashboard } from './refresh';

const publish = jest.fn();
jest.mock('@grafana/runtime', () => ({
  ...jest.requireActual('@grafana/runtime'),
  getAppEvents: () => ({ publish }),
}));

describe('refresh', () => {
  const page = window as { __grafanaSceneContext?: unknown };
  afterEach(() => delete page.__grafanaSceneContext);

  it('refreshes the time range of the dashboard', () => {
    const onRefresh = jest.fn();
    page.__grafanaSceneContext = { state: { $timeRange: { onRefresh } } };
    refreshDashboard(new EventBusSrv());
    expect(onRefresh).toHaveBeenCalledTimes(1);
  });

  it.each([undefined, {}, { state: {} }, { state: { $timeRange: {} } }])('notifies others by an event: %j', (scene) => {
    page.__grafanaSceneContext = scene;
    const bus = new EventBusSrv();
    const listener = jest.fn();
    bus.subscribe(RefreshEvent, listener);
    refreshDashboard(bus);
    expect(listener).toHaveBeenCalledTimes(1);
  });
});

describe('links', () => {
  beforeAll(() =>
    locationUtil.initialize({
      config: { appSubUrl: '' } as GrafanaConfig,
      getTimeRangeForUrl: () => ({ from: 'now-5m', to: 'now' }),
      getVariablesUrlParams: () => ({}),
    })
  );
  const redis = component('redis', { kind: 'infrastructure', labels: { region: 'eu west' }, displayName: 'Redis' });
  /** Like Grafana's, for names and fields of objects. */
  const replace = (text: string, variables: ScopedVars = {}) =>
    text.replace(/\$\{(\w+)(?:\.(\w+))?\}/g, (all, name: string, field?: string) => {
      const value: unknown = variables[name]?.value;
      return String((field ? (value as Record<string, unknown> | undefined)?.[field] : value) ?? all);
    });

  it('have the component and its labels as variables', () => {
    const [link] = linksOf(
      redis,
      [{ title: 'Open ${__display_name}', url: '/d/x?var-c=${__component}&r=${__labels.region}&k=${__kind}' }],
      replace
    );
    expect(link).toMatchObject({
      title: 'Open Redis',
      href: '/d/x?var-c=redis&r=eu west&k=infrastructure',
      target: undefined,
      oneClick: false,
    });
  });

  it('open as configured by the option', () => {
    expect(
      linksOf(redis, [{ title: 'a', url: 'https://a', targetBlank: true, oneClick: true }], replace)
    ).toMatchObject([{ target: '_blank', oneClick: true }]);
  });

  it('never run a script', () => {
    const [link] = linksOf(redis, [{ title: 'x', url: 'javascript:alert(1)' }], replace);
    expect(link.href).not.toMatch(/^javascript:/);
  });

  it('are omitted without a URL', () => {
    expect(linksOf(redis, [{ title: 'x', url: '' }], replace)).toEqual([]);
    expect(linksOf(redis, undefined, replace)).toEqual([]);
  });
});

describe('copying', () => {
  const clipboard = (writeText: () => Promise<void>) =>
    Object.defineProperty(navigator, 'clipboard', { value: { writeText }, configurable: true });
  beforeEach(() => publish.mockClear());

  it('notifies the user', async () => {
    const writeText = jest.fn(() => Promise.resolve());
    clipboard(writeText);
    await copyText('a,b', '2 components as CSV');
    expect(writeText).toHaveBeenCalledWith('a,b');
    expect(publish).toHaveBeenCalledWith({ type: 'alert-success', payload: ['Copied', '2 components as CSV'] });
  });

  it('falls back to the old API, and reports a failure', async () => {
    clipboard(() => Promise.reject(new Error('denied')));
    const command = jest.fn(() => true);
    Object.assign(document, { execCommand: command });
    await copyText('a,b', 'x');
    expect(command).toHaveBeenCalledWith('copy');
    expect(publish).toHaveBeenLastCalledWith(expect.objectContaining({ type: 'alert-success' }));
    command.mockReturnValue(false);
    await copyText('a,b', 'x');
    expect(publish).toHaveBeenLastCalledWith(expect.objectContaining({ type: 'alert-error' }));
    expect(document.querySelector('textarea')).toBeNull();
  });
});
