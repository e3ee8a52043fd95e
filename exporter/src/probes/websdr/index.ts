/** A web receiver: the definition of the probe. */
import { defineProbe } from '../definition';
import { checkHttp } from '../http-client/settings';
import { listed } from '../kit/environment';
import { fields } from './settings';

export const websdr = defineProbe({
  name: 'websdr',
  kind: 'receiver',
  type: 'receiver',
  purpose: 'A receiver: OpenWebRX, KiwiSDR, or anything that answers HTTP.',
  example: `- name: websdr-milano
  display_name: WebSDR Milano
  probe: websdr
  url: http://sdr.example:8073
  labels: { region: lombardia }
  maintenance:
    - { cron: "0 3 * * 0", duration: 30m, timezone: Europe/Rome }`,
  fields,
  check: checkHttp,
  timing: { interval: 60_000, timeout: 10_000 },
  environment: {
    variable: 'WEBSDRS',
    example: 'milano=http://sdr.example:8073,…',
    describes: 'receivers',
    isList: true,
    read: (get) => listed('WEBSDRS', get('WEBSDRS')),
  },
  gauges: [
    { name: 'component_websdr_users', help: 'Listeners that are connected now.' },
    { name: 'component_websdr_users_max', help: 'Listeners that the receiver takes at most.' },
  ],
  row: {
    title: 'Receivers',
    prefix: 'component_websdr_',
    panels: [
      {
        title: 'Listeners',
        description: 'At the limit no further listener can tune in.',
        unit: 'none',
        series: {
          users: 'now',
          users_max: 'limit',
        },
      },
    ],
  },
  figures: [
    { show: 'share', noun: 'users', keys: ['users'], of: 'users_max' },
    { show: 'share', noun: 'users', keys: ['websdr_users'], of: 'websdr_users_max' },
  ],
  load: () => require('./probe') as typeof import('./probe'),
});
