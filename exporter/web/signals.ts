/** Sound and notifications for what the page shows. */
import type { Alarms } from '@onehertz/contract';
import { createAlarmWatch, type Notice } from './alarms.js';
import { byId } from './dom.js';
import type { Listeners } from './live.js';
import { createNotifier } from './notify.js';
import { createSound } from './sound.js';

export function createSignals(): Listeners {
  const watch = createAlarmWatch();
  const sound = createSound();
  const notify = createNotifier();

  function give(notice: Notice | undefined): void {
    if (!notice) return;
    sound(notice.kind);
    notify(notice);
  }

  return {
    updated() {
      const text = document.getElementById('headline')?.dataset.alarms;
      // absent if the exporter could not write it
      if (text === undefined) return;
      give(watch.update(JSON.parse(text) as Alarms, byId('board').dataset.status === 'healthy', performance.now()));
    },
    failed: (lastUpdate) => give(watch.failed(lastUpdate, Date.now())),
  };
}
