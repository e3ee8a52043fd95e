import { act, fireEvent, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { START } from '../../testing/board';
import type { LiveLine } from '../../testing/live';
import { drawPanel } from '../../testing/panel';

// jsdom lays nothing out, and its pointers have no place
jest.mock('../drawer/useWidth', () => ({ useWidth: () => [400, () => undefined] }));
class PlacedPointer extends MouseEvent {
  readonly pointerType: string;
  constructor(type: string, init: PointerEventInit = {}) {
    super(type, init);
    this.pointerType = init.pointerType ?? '';
  }
}
Object.defineProperty(window, 'PointerEvent', { value: PlacedPointer });

const redis: LiveLine = {
  component: 'redis',
  up: 1,
  status: 'healthy',
  response_time_ms: 4,
  message: 'PONG',
  since_ms: START - 90_000,
};
const down = { ...redis, up: 0, status: 'unhealthy', message: '', error: 'connection refused', response_time_ms: null };

const tooltip = () => document.querySelector('[aria-live="polite"][aria-hidden="true"]');
const user = () => userEvent.setup({ advanceTimers: (ms) => jest.advanceTimersByTime(ms) });
const strip = () => {
  const found = [...document.querySelectorAll<HTMLElement>('[data-key="redis"] [data-trend]')].at(-1);
  if (!found) {
    throw new Error('the card of redis has no strip');
  }
  return found;
};
/** Where the newest bar is, in pixels. */
const newest = () => Number(strip().getAttribute('data-trend')) - 1;

/** Down for the last two seconds, after some in which it was up. */
function drawOutage() {
  const panel = drawPanel([redis]);
  panel.tick([redis]);
  panel.tick([{ ...down, since_ms: START + 2000 }]);
  panel.tick([{ ...down, since_ms: START + 2000 }]);
  return panel;
}

afterEach(() => jest.useRealTimers());

describe('the tooltip of a strip', () => {
  it('says from when to when, the worst status, how much was up, and why', () => {
    drawOutage();
    fireEvent.pointerMove(strip(), { clientX: newest(), pointerType: 'mouse' });
    expect(tooltip()?.textContent).toMatch(/^12:00:0\d – 12:00:03Unhealthy.*connection refused$/);
    fireEvent.pointerMove(strip(), { clientX: 1, pointerType: 'mouse' });
    expect(tooltip()?.textContent).toMatch(/^11:55:.*No data$/);
  });

  it('goes with the pointer, and does not come with a finger, which opens the details', () => {
    drawOutage();
    fireEvent.pointerMove(strip(), { clientX: newest(), pointerType: 'mouse' });
    expect(tooltip()).not.toBeNull();
    fireEvent.pointerMove(strip().closest('[data-key]')!, { clientX: 0, pointerType: 'mouse' });
    expect(tooltip()).toBeNull();
    fireEvent.pointerMove(strip(), { clientX: newest(), pointerType: 'touch' });
    expect(tooltip()).toBeNull();
  });
});

describe('the history in the details', () => {
  const open = () => {
    drawOutage();
    fireEvent.click(strip());
    return screen.getByRole('slider', { name: 'History of the last 5 min' });
  };

  it('is reached by the keyboard, and says each bar to screen readers', async () => {
    const slider = open();
    act(() => slider.focus());
    expect(slider.getAttribute('aria-valuetext')).toMatch(/12:00:03, Unhealthy, .*connection refused$/);
    expect(tooltip()?.textContent).toContain('Unhealthy');
    expect(slider).toHaveAttribute('aria-valuenow', slider.getAttribute('aria-valuemax'));
    await user().keyboard('{Home}');
    expect(slider).toHaveAttribute('aria-valuenow', '1');
    expect(slider.getAttribute('aria-valuetext')).toMatch(/^11:55:.*, No data$/);
    await user().keyboard('{ArrowLeft}');
    expect(slider).toHaveAttribute('aria-valuenow', '1');
  });

  it('is reached by a finger', () => {
    const slider = open();
    fireEvent.pointerDown(slider, { clientX: 0, pointerType: 'touch' });
    expect(tooltip()?.textContent).toMatch(/^\d\d:/);
    fireEvent.pointerLeave(slider, { pointerType: 'touch' });
    expect(tooltip()).not.toBeNull();
  });

  it('says of how much its percentage is', () => {
    open();
    const section = within(screen.getByRole('region', { name: 'Recent history' }));
    expect(section.getByText(/^up 50\.0 % of the 4 s seen, peak 4\.00 ms$/)).toBeInTheDocument();
  });

  it('is as long as the time range, or as the option says', () => {
    drawPanel([redis], { options: { historyMinutes: 30 } });
    fireEvent.click(strip());
    expect(screen.getByRole('slider', { name: 'History of the last 30 min' })).toBeInTheDocument();
  });
});

it('closes the details with the first press of Esc, also while the tooltip of the close button is there', async () => {
  drawOutage();
  fireEvent.click(strip());
  const close = screen.getByTestId('data-testid Drawer close');
  act(() => close.focus());
  await user().keyboard('{Escape}');
  expect(screen.queryByRole('dialog')).toBeNull();
});
