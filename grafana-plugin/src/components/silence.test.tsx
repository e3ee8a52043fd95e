/** Nothing is pushed to the panel, or not yet, or the page holds it back. */
import React from 'react';
import { act, render, screen } from '@testing-library/react';
import { LiveChannelConnectionState, LoadingState, type DataFrame, type TimeRange } from '@grafana/data';
import { RefreshEvent, setGrafanaLiveSrv, type GrafanaLiveSrv } from '@grafana/runtime';
import type { StatusPanelOptions } from '../options/options';
import { START } from '../testing/board';
import { asPanelFrame, createStream, pushTick, type LiveLine } from '../testing/live';
import { installDataSource, installLive, silentData } from '../testing/live-service';
import { panelProps, pastRange } from '../testing/panel';
import { scraped, timeSeries } from '../testing/prometheus';
import { StatusPanel } from './StatusPanel';

const redis: LiveLine = { component: 'redis', status: 'healthy', up: 1, response_time_ms: 1 };

interface Shown {
  options?: Partial<StatusPanelOptions>;
  height?: number;
  timeRange?: TimeRange;
}

function propsOf(series: DataFrame[], { options, height, timeRange }: Shown = {}) {
  const props = panelProps(series, { options, height, timeRange });
  return { ...props, data: silentData(props.data) };
}

const wait = (milliseconds: number) => act(() => jest.advanceTimersByTimeAsync(milliseconds));
const statusOf = (key: string) => document.querySelector(`[data-key="${key}"]`)?.getAttribute('data-status');

beforeEach(() => {
  jest.useFakeTimers({ now: START });
});

describe('a panel to which nothing is pushed', () => {
  it('waits first, then says so, with causes, what to configure and a button', async () => {
    installLive();
    render(<StatusPanel {...propsOf([])} />);
    await wait(2000);
    expect(screen.getByText('Waiting for data…')).toBeInTheDocument();
    await wait(3000);
    expect(screen.getByText(/^Nothing was pushed to onehertz for \d s$/)).toBeInTheDocument();
    expect(screen.getByText(/its log says why/)).toBeInTheDocument();
    expect(screen.getByText(/^grafana_live:/)).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Reload the page' })).toBeInTheDocument();
  });

  it('says what is wrong with the connection, and with the right to watch', async () => {
    const live = installLive();
    render(<StatusPanel {...propsOf([])} />);
    act(() => live.status(LiveChannelConnectionState.Disconnected, 'permission denied'));
    await wait(5000);
    expect(screen.getByText('You may not watch this stream')).toBeInTheDocument();
    act(() => live.connect(false));
    expect(screen.getByText('The connection to Grafana Live is lost')).toBeInTheDocument();
  });

  it('has a line where there is no room for more', async () => {
    installLive();
    render(<StatusPanel {...propsOf([], { height: 100 })} />);
    await wait(5000);
    expect(screen.getByText(/^Nothing was pushed/)).toBeInTheDocument();
    expect(screen.queryByText(/its log says why/)).not.toBeInTheDocument();
  });

  it('says above the board why it is stale', async () => {
    installLive();
    const stream = createStream();
    pushTick(stream, START, [redis]);
    render(<StatusPanel {...propsOf([asPanelFrame(stream)])} />);
    await wait(6000);
    expect(statusOf('redis')).toBe('unknown');
    expect(screen.getByRole('note')).toHaveTextContent('Nothing was pushed to onehertz');
    expect(screen.getByRole('button', { name: 'Reload the page' })).toBeInTheDocument();
  });

  it('works where there is no Live service', async () => {
    installLive();
    setGrafanaLiveSrv(undefined as unknown as GrafanaLiveSrv);
    render(<StatusPanel {...propsOf([])} />);
    await wait(5000);
    expect(screen.getByText(/^Nothing was pushed/)).toBeInTheDocument();
  });

  it('leaves no listener and no timer behind', async () => {
    const live = installLive();
    const { unmount } = render(<StatusPanel {...propsOf([])} />);
    expect(live.listeners()).toBe(3);
    unmount();
    await wait(0);
    expect([live.listeners(), jest.getTimerCount()]).toEqual([0, 0]);
  });
});

it('calls nothing stale while a busy page holds back what is pushed, but not for ever', async () => {
  const live = installLive();
  const stream = createStream();
  pushTick(stream, START, [redis]);
  render(<StatusPanel {...propsOf([asPanelFrame(stream)])} />);
  await wait(100);
  const second = async () => {
    act(live.push);
    await wait(1000);
  };
  for (let n = 0; n < 5; n++) {
    await second();
    expect(statusOf('redis')).toBe('healthy');
  }
  for (let n = 0; n < 8; n++) {
    await second();
  }
  expect(statusOf('redis')).toBe('unknown');
});

it('runs its queries again every five minutes while the page is hidden, which drops what Grafana keeps for it', async () => {
  installLive();
  const hide = (hidden: boolean) => {
    Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  };
  const props = propsOf([]);
  const refreshed = jest.fn();
  props.eventBus.subscribe(RefreshEvent, refreshed);
  render(<StatusPanel {...props} />);
  await wait(600_000);
  expect(refreshed).toHaveBeenCalledTimes(0);
  act(() => hide(true));
  await wait(900_000);
  expect(refreshed).toHaveBeenCalledTimes(3);
  act(() => hide(false));
  await wait(600_000);
  expect(refreshed).toHaveBeenCalledTimes(3);
});

it('does not say of a board that has data that there is no query', () => {
  installLive();
  const stream = createStream();
  pushTick(stream, START, [redis]);
  render(<StatusPanel {...panelProps([asPanelFrame(stream)], { state: LoadingState.Done })} />);
  expect(statusOf('redis')).toBe('healthy');
  expect(screen.queryByRole('note')).not.toBeInTheDocument();
});

it('says that there is no query when there is none but the one that is answered at once', () => {
  installLive();
  const props = propsOf([]);
  const request = { targets: [{ refId: 'Ready', queryType: 'snapshot' }] } as unknown as typeof props.data.request;
  render(<StatusPanel {...props} data={{ ...props.data, request }} />);
  expect(screen.getByText('This panel has no query that is run.')).toBeInTheDocument();
});

it('says that there is no query when all are switched off', () => {
  installLive();
  const props = propsOf([]);
  const targets = (props.data.request?.targets ?? []).map((target) => ({ ...target, hide: true }));
  const request = { targets } as unknown as typeof props.data.request;
  render(<StatusPanel {...props} data={{ ...props.data, request }} />);
  expect(screen.getByText('This panel has no query that is run.')).toBeInTheDocument();
});

it('does not say that nothing is pushed when the page has only slept', async () => {
  const live = installLive();
  const stream = createStream();
  pushTick(stream, START, [redis]);
  render(<StatusPanel {...propsOf([asPanelFrame(stream)])} />);
  act(live.push);
  await wait(1000);
  jest.setSystemTime(START + 60_000);
  await wait(1000);
  expect(screen.queryByRole('note')).not.toBeInTheDocument();
  await wait(5000);
  expect(screen.getByRole('note')).toHaveTextContent('Nothing was pushed');
});

describe('a data source for the history', () => {
  const options = { historySource: 'prom', historyMatchers: 'job="x"' };
  const up = (component: string, at: number, value = 1) =>
    timeSeries([{ labels: scraped('component_up', component), samples: [[at, value]] }], { refId: 'History Status' });

  it('is shown while nothing is pushed, and asked again', async () => {
    installLive();
    const requests = installDataSource(() => up('redis', Date.now(), Date.now() > START + 9000 ? 0 : 1));
    render(<StatusPanel {...propsOf([], { options })} />);
    await wait(100);
    expect(statusOf('redis')).toBe('healthy');
    await wait(15_000);
    expect(statusOf('redis')).toBe('unhealthy');
    expect(screen.getByRole('note')).toHaveTextContent(
      /^Nothing was pushed to onehertz for \d+ s\. This is what the data source of the history knows/
    );
    expect(requests.length).toBeGreaterThan(1);
    expect(requests[0].targets).toContainEqual(expect.objectContaining({ expr: 'component_status{job="x"} == 1' }));
  });

  it('is not said to be shown when all that it knows is stale', async () => {
    installLive();
    const stream = createStream();
    pushTick(stream, START, [redis]);
    installDataSource(() => up('redis', START));
    render(<StatusPanel {...propsOf([asPanelFrame(stream)], { options })} />);
    await wait(60_000);
    expect(statusOf('redis')).toBe('unknown');
    expect(screen.getByRole('note')).toHaveTextContent(
      /^Nothing was pushed to onehertz for \d+ s\. The exporter is not/
    );
  });

  it('is asked once while pushes come, and again for another range', async () => {
    const live = installLive();
    const requests = installDataSource(({ range }) => up('redis', range.to.valueOf()));
    const view = render(<StatusPanel {...propsOf([], { options })} />);
    for (let n = 0; n < 30; n++) {
      act(live.push);
      await wait(1000);
    }
    expect(requests).toHaveLength(1);
    const then = START - 3_600_000;
    view.rerender(<StatusPanel {...propsOf([], { options, timeRange: pastRange(then) })} />);
    await wait(100);
    expect(requests).toHaveLength(2);
    expect(requests[1].range.to.valueOf()).toBe(then);
    expect(statusOf('redis')).toBe('healthy');
  });

  it('says how things were in the past, whatever Live says of now', async () => {
    installLive();
    const then = START - 3_600_000;
    installDataSource(({ range }) => up('redis', range.to.valueOf(), 0));
    const stream = createStream();
    pushTick(stream, START, [redis]);
    render(<StatusPanel {...propsOf([asPanelFrame(stream)], { options, timeRange: pastRange(then) })} />);
    await wait(100);
    expect(statusOf('redis')).toBe('unhealthy');
  });

  it('that fails is named', async () => {
    const live = installLive();
    installDataSource(() => new Error('bad_data'));
    const stream = createStream();
    pushTick(stream, START, [redis]);
    render(<StatusPanel {...propsOf([asPanelFrame(stream)], { options })} />);
    act(live.push);
    await wait(100);
    expect(screen.getByRole('note')).toHaveTextContent(/data source "prom": bad_data/);
  });
});
