/** Why nothing is pushed to the panel, and what to do: the first cause that fits. */
import { LiveChannelConnectionState } from '@grafana/data';
import { channelOf, DEFAULT_STREAM_ID, MEASUREMENTS } from '@onehertz/contract';
import { addressOf, type LiveState } from '../../host/live';

export interface Diagnosis {
  /** What is so. */
  title: string;
  /** What it can come from, the likeliest first. */
  causes: string[];
  /** Lines of a configuration that fix it, and whose. */
  settings?: { of: string; lines: string };
  /** Whether loading the page anew can help. */
  canReload: boolean;
}

export interface Circumstances {
  /** How many queries the panel has. */
  queries: number;
  /** The channels that they name. */
  channels: readonly string[];
  live: LiveState;
  /** For how long nothing was pushed, in milliseconds; 0 while it is too early to say. */
  silentMs: number;
  /** Whether this Grafana has Live, as its configuration says. */
  isLiveEnabled: boolean;
  /** Whether the page is a dashboard that was made public. */
  isPublic: boolean;
  /** Grafana's own address, as the browser has it. */
  origin: string;
}

/** Measurements that make a board. */
const OF_A_BOARD = ['components', 'board'] as const satisfies ReadonlyArray<(typeof MEASUREMENTS)[number]>;
/** Grafana's codes are numbers in its log; what the page is told is the text. */
const NO_RIGHT = /permission|denied|forbidden|unauthorized/i;

/** @returns `undefined` while nothing is wrong, or it is too early to say */
export function diagnose(seen: Circumstances): Diagnosis | undefined {
  const { queries, channels, live, silentMs, isLiveEnabled, isPublic, origin } = seen;
  if (queries === 0) {
    return { title: 'No data yet', causes: ['This panel has no query that is run.'], canReload: false };
  }
  if (channels.length === 0) {
    return undefined;
  }
  const wrong = channels.find((channel) => !isBoardChannel(channel));
  if (wrong !== undefined && (silentMs > 0 || !addressOf(wrong))) {
    return {
      title: `No exporter pushes a board to the channel "${wrong}"`,
      causes: [`The channels of a board are ${channelsText('<stream_id>')}.`],
      settings: { of: 'the query', lines: `channel: ${channelOf(DEFAULT_STREAM_ID, 'components')}` },
      canReload: false,
    };
  }
  if (isPublic) {
    return {
      title: 'Dashboards that were made public have no Grafana Live',
      causes: ['Use the queries of Prometheus below in this panel: they work there.'],
      canReload: false,
    };
  }
  if (!isLiveEnabled) {
    return {
      title: 'Grafana Live is switched off',
      causes: ['max_connections of Grafana is 0. The default is 100, one for each page.'],
      settings: { of: 'grafana.ini', lines: '[live]\nmax_connections = 100' },
      canReload: false,
    };
  }
  if (silentMs === 0) {
    return undefined;
  }
  return diagnoseSilence(live, channels, silentMs, origin);
}

function diagnoseSilence(live: LiveState, channels: readonly string[], silentMs: number, origin: string): Diagnosis {
  if (live.isConnected === false) {
    return notConnected(live, origin);
  }
  const states = channels.map((channel) => live.channels.get(channel));
  const error = states.find((channel) => channel?.error)?.error;
  if (error !== undefined && NO_RIGHT.test(error)) {
    return {
      title: 'You may not watch this stream',
      causes: [`Grafana answers "${error}". It takes the role Viewer in this organization, or anonymous access.`],
      settings: {
        of: 'grafana.ini, for pages without a login',
        lines: '[auth.anonymous]\nenabled = true\norg_role = Viewer',
      },
      canReload: true,
    };
  }
  const ended = states.some(
    (channel) => channel && ENDED.has(channel.state) // the page does not subscribe again by itself
  );
  if (error !== undefined || ended) {
    return {
      title: 'Grafana does not give this page the stream',
      causes: [
        `${error === undefined ? 'It has ended the subscription without a reason' : `It answers "${error}"`}, and the page does not ask again.`,
        'Grafana 12.3, 12.4 and 13.0 do so to a dashboard that is opened some minutes after the page was loaded.',
        'They do so as well to whoever may not watch the stream, which takes the role Viewer in this organization or anonymous access.',
      ],
      canReload: true,
    };
  }
  const streams = [...new Set(channels.map((channel) => channel.split('/')[1]))];
  return {
    title: `Nothing was pushed to ${streams.join(', ')} for ${Math.floor(silentMs / 1000)} s`,
    causes: [
      'The exporter is not running, or has another stream_id.',
      'It cannot push: its log says why, and onehertz_live_push_total counts. Its token needs the role Editor.',
      'Grafana was restarted after this page was loaded: reload the page.',
    ],
    settings: {
      of: 'onehertz.yml',
      lines: `grafana_live:\n  url: ${origin}\n  token_file: /run/secrets/grafana_token${
        streams.length === 1 && streams[0] !== DEFAULT_STREAM_ID ? `\n  stream_id: ${streams[0]}` : ''
      }`,
    },
    canReload: true,
  };
}

const ENDED: ReadonlySet<LiveChannelConnectionState> = new Set([
  LiveChannelConnectionState.Disconnected,
  LiveChannelConnectionState.Shutdown,
  LiveChannelConnectionState.Invalid,
]);

function notConnected({ wasConnected }: LiveState, origin: string): Diagnosis {
  return {
    title: wasConnected ? 'The connection to Grafana Live is lost' : 'This page has no connection to Grafana Live',
    causes: [
      ...(wasConnected ? ['Grafana is down or was restarted. The page reconnects; reload it if that takes long.'] : []),
      'A proxy in front of Grafana does not forward WebSockets (/api/live/ws).',
      `root_url of Grafana is not ${origin}, and allowed_origins does not have it.`,
      '[live] max_connections (100 by default) is reached: a page that was rejected has to be reloaded.',
    ],
    settings: {
      of: 'nginx',
      lines:
        'location /api/live/ {\n  proxy_pass http://grafana:3000;\n  proxy_http_version 1.1;\n  proxy_set_header Upgrade $http_upgrade;\n  proxy_set_header Connection "upgrade";\n  proxy_set_header Host $host;\n}',
    },
    canReload: true,
  };
}

function isBoardChannel(channel: string): boolean {
  const [scope, stream, measurement, ...more] = channel.split('/');
  return (
    scope === 'stream' &&
    stream !== '' &&
    more.length === 0 &&
    (MEASUREMENTS as readonly string[]).includes(measurement ?? '')
  );
}

function channelsText(streamId: string): string {
  return OF_A_BOARD.map((measurement) => channelOf(streamId, measurement)).join(' and ');
}
