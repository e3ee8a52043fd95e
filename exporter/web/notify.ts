/** Notifications of the browser. Off by default; the browser asks the person when they are turned on. */
import type { Notice } from './alarms.js';
import { answer, byId } from './dom.js';
import { createPreference } from './preference.js';

const LABEL = 'Notify';
/** A newer one takes the place of an older one, also of another page of this exporter. */
const TAG = 'onehertz';

/** @returns shows a notice, if notifications are on */
export function createNotifier(): (notice: Notice) => void {
  const button = byId('notify');
  const preference = createPreference('notify');
  const obstacle = obstacleOf();

  const isOn = () => obstacle === undefined && preference.isOn() && Notification.permission === 'granted';

  function show(): void {
    button.setAttribute('aria-pressed', String(isOn()));
  }

  async function click(): Promise<void> {
    if (obstacle !== undefined) return answer(obstacle.why);
    const wanted = !isOn();
    preference.set(wanted);
    const permission = wanted ? await Notification.requestPermission() : 'granted';
    show();
    if (!wanted) answer('Notifications are off');
    else if (permission === 'granted') answer('Notifications are on');
    else if (permission === 'denied')
      answer('The browser does not allow notifications of this page; its settings for this page can change that');
    else answer('Notifications were not allowed');
  }

  button.hidden = false;
  button.textContent = obstacle?.label ?? LABEL;
  if (obstacle) button.title = obstacle.why;
  button.onclick = () => void click();
  show();

  return ({ kind, text }) => {
    if (!isOn()) return;
    try {
      // of the same tag: without `renotify`, it would replace the older one without a sign
      const options = { body: text, tag: TAG, renotify: kind !== 'recovery', silent: kind === 'recovery' };
      const notification = new Notification(document.title, options);
      notification.onclick = () => {
        window.focus();
        notification.close();
      };
    } catch {
      answer('This browser shows no notifications of pages');
    }
  };
}

/** Why this page can have no notifications, whatever the person allows. */
function obstacleOf(): { label: string; why: string } | undefined {
  if (!window.isSecureContext)
    return {
      label: 'Notify needs https',
      why: 'Browsers show notifications only of pages that were loaded by https, or from localhost',
    };
  if (!('Notification' in window)) return { label: LABEL, why: 'This browser has no notifications' };
  return undefined;
}
