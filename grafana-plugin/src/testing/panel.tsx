/** Renders the panel as in Grafana, with continuing data. */
import React from 'react';
import { render, act } from '@testing-library/react';
import { dateTime, EventBusSrv, LoadingState, type DataFrame, type PanelProps, type TimeRange } from '@grafana/data';
import { StatusPanel } from '../components/StatusPanel';
import { DEFAULT_OPTIONS, type StatusPanelOptions } from '../options/options';
import { asPanelFrame, createStream, pushTick, type LiveLine } from './live';
import { START } from './board';

interface PanelOptions {
  width?: number;
  height?: number;
  options?: Partial<StatusPanelOptions>;
  fieldConfig?: PanelProps['fieldConfig'];
  state?: LoadingState;
  timeRange?: TimeRange;
}

export function panelProps(series: DataFrame[], panel: PanelOptions = {}): PanelProps<StatusPanelOptions> {
  const timeRange = panel.timeRange ?? { ...pastRange(Date.now()), raw: { from: 'now-5m', to: 'now' } };
  return {
    id: 1,
    title: 'System status',
    data: { state: panel.state ?? LoadingState.Streaming, series, timeRange },
    timeRange,
    timeZone: 'utc',
    options: { ...DEFAULT_OPTIONS, ...panel.options },
    fieldConfig: panel.fieldConfig ?? { defaults: {}, overrides: [] },
    width: panel.width ?? 1200,
    height: panel.height ?? 900,
    transparent: false,
    renderCounter: 0,
    eventBus: new EventBusSrv(),
    replaceVariables: (text, variables) =>
      text.replace(/\$\{(\w+)\}/g, (all, name: string) => String(variables?.[name]?.value ?? all)),
    onOptionsChange: jest.fn(),
    onFieldConfigChange: jest.fn(),
    onChangeTimeRange: jest.fn(),
  };
}

/** A time range of five minutes that ended in the past. */
export function pastRange(to: number): TimeRange {
  const [from, end] = [dateTime(to - 300_000), dateTime(to)];
  return { from, to: end, raw: { from, to: end } };
}

/** The panel with a stream. Uses fake timers; the first tick is at START. */
export function drawPanel(first: LiveLine[], panel: PanelOptions = {}) {
  jest.useFakeTimers({ now: START });
  const stream = createStream();
  pushTick(stream, START, first);
  const frames = () => [asPanelFrame(stream)];
  const view = render(<StatusPanel {...panelProps(frames(), panel)} />);
  return {
    ...view,
    /** Advances by one second, with these lines. */
    tick(lines: LiveLine[], more: PanelOptions = {}) {
      act(() => {
        jest.advanceTimersByTime(1000);
      });
      pushTick(stream, Date.now(), lines);
      view.rerender(<StatusPanel {...panelProps(frames(), { ...panel, ...more })} />);
    },
    /** Advances the time without data. */
    wait(milliseconds: number) {
      act(() => {
        jest.advanceTimersByTime(milliseconds);
      });
    },
    /** Time passes and the page does nothing. */
    sleep(milliseconds: number) {
      jest.setSystemTime(Date.now() + milliseconds);
    },
    /** Another size, other options; no new data. */
    change(more: PanelOptions) {
      view.rerender(<StatusPanel {...panelProps(frames(), { ...panel, ...more })} />);
    },
  };
}
