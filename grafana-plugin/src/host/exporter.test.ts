import { whyUnreachable } from './exporter';

const failed = new TypeError('Failed to fetch');
const HTTPS = { origin: 'https://grafana.example', protocol: 'https:' };

it.each(['http://exporter.example:10111', 'HTTP://10.0.0.1', 'http://localhost.example', 'http://127.0.0.1.example'])(
  'a page with HTTPS cannot ask %s',
  (url) => {
    expect(whyUnreachable(failed, url, HTTPS)).toMatch(/^This page came over HTTPS, and .* is plain HTTP/);
  }
);

it.each(['https://exporter.example', 'http://localhost:10111', 'http://127.0.0.1:10111', 'http://[::1]:10111'])(
  'a page with HTTPS can ask %s',
  (url) => {
    expect(whyUnreachable(failed, url, HTTPS)).toMatch(/cannot be reached .* does it allow https:\/\/grafana\.example/);
  }
);

it('a time-out leaves open whether it was done', () => {
  const timedOut = new DOMException('signal timed out', 'TimeoutError');
  expect(whyUnreachable(timedOut, 'https://exporter.example', HTTPS)).toMatch(
    /did not answer within 60 s\. It may have done it/
  );
});
