/** As in Grafana, a link to another of its pages does not load the page: the Live connection and its channels stay. */
import { locationService } from '@grafana/runtime';

export function followLinks(): void {
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    const href = link?.getAttribute('href');
    if (!link || !href || link.target || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
    const { origin, pathname, search } = new URL(href, window.location.href);
    if (origin !== window.location.origin) return;
    event.preventDefault();
    locationService.push(pathname + search);
  });
}
