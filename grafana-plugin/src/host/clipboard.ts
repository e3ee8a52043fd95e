/** Copies text and notifies the user of the result. */
import { AppEvents } from '@grafana/data';
import { getAppEvents } from '@grafana/runtime';

/** @param what for the notification, e.g. `15 components as CSV` */
export async function copyText(text: string, what: string): Promise<void> {
  const copied = (await writeText(text)) || copyBySelection(text);
  getAppEvents()?.publish(
    copied
      ? { type: AppEvents.alertSuccess.name, payload: ['Copied', what] }
      : { type: AppEvents.alertError.name, payload: ['Not copied', 'The browser does not allow it on this page.'] }
  );
}

async function writeText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // no permission, or a page without TLS
  }
}

function copyBySelection(text: string): boolean {
  const area = document.createElement('textarea');
  area.value = text;
  area.style.position = 'fixed';
  area.style.opacity = '0';
  document.body.append(area);
  try {
    area.select();
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only way on a page without TLS
    return document.execCommand('copy');
  } catch {
    return false;
  } finally {
    area.remove();
  }
}
