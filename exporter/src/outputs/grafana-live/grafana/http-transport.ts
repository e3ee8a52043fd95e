/** Pushes with `POST`, all measurements in one body. Needs the fewest permissions and reports errors. */
import { pushPath } from '@onehertz/contract';
import type { GrafanaHttp } from './grafana-http';
import { refusal } from './push-error';
import type { LiveTransport } from './transport';

/** @param http is closed with the transport */
export function createHttpTransport(http: GrafanaHttp, streamId: string): LiveTransport {
  const path = pushPath(streamId);
  return {
    async push(lines, token, signal) {
      const content = Buffer.from(`${[...lines.values()].flat().join('\n')}\n`);
      const body = { type: 'text/plain; charset=utf-8', content };
      const answer = await http.request({ method: 'POST', path, authorization: `Bearer ${token}`, body }, signal);
      if (answer.status < 200 || answer.status > 299) throw refusal(answer.status, http.where(path), answer.message);
      return content.length;
    },
    close: () => http.close(),
  };
}
