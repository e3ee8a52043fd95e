/** The status pages of each kind of receiver software. */
import type { Receiver, Software } from './receivers';

export interface Page {
  contentType: string;
  body: string;
}

export interface ReceiverState {
  /** Listeners that are connected now. */
  users: number;
  startedAt: Date;
}

type PageMaker = (receiver: Receiver, state: ReceiverState) => Page;

/** By path; every receiver has a web page at `/`. */
export const PAGES: Record<Software, Record<string, PageMaker>> = {
  openwebrx: { '/': home, '/status.json': openWebRxStatus, '/metrics.json': openWebRxMetrics },
  kiwisdr: { '/': home, '/status': kiwiStatus },
  plain: { '/': home },
};

function json(value: unknown): Page {
  return { contentType: 'application/json', body: JSON.stringify(value) };
}

/**
 * owrx/controllers/status.py of https://github.com/jketterl/openwebrx: releases do not report the number of listeners;
 * development versions before 1.0 report it as `clients`.
 */
function openWebRxStatus(receiver: Receiver, { users, startedAt }: ReceiverState): Page {
  const { title, latitude, longitude, altitude, location, version, profiles, maxUsers } = receiver;
  const common = {
    receiver: {
      name: title,
      admin: 'operator@example.org',
      gps: { lat: latitude, lon: longitude },
      asl: altitude,
      location,
    },
    max_clients: maxUsers,
    sdrs: [
      {
        name: 'RTL-SDR',
        type: 'RtlSdrSource',
        profiles: profiles.map(({ name, centerHz }) => ({ name, center_freq: centerHz, sample_rate: 2_400_000 })),
      },
    ],
  };
  return json(
    version.startsWith('v0.')
      ? { ...common, clients: users, sw_version: version, avatar_mtime: startedAt.getTime() / 1000 }
      : { ...common, version }
  );
}

/** owrx/metrics.py of the same: here releases report it. */
function openWebRxMetrics(_receiver: Receiver, { users }: ReceiverState): Page {
  return json({ openwebrx: { users } });
}

/** AJAX_STATUS in https://github.com/jks-prv/KiwiSDR: one `key=value` per line. */
function kiwiStatus(receiver: Receiver, { users, startedAt }: ReceiverState): Page {
  const { title, version, latitude, longitude, altitude, location, antenna, maxUsers } = receiver;
  const now = new Date();
  const lines = {
    status: 'active',
    offline: 'no',
    name: `${title} | ${location}`,
    sdr_hw: `KiwiSDR 1 v${version}  📡 GPS `,
    op_email: 'operator@example.org',
    bands: '0-30000000',
    freq_offset: '0.000',
    mode: `rx${maxUsers}`,
    users,
    users_max: maxUsers,
    ext_api: maxUsers,
    preempt: 0,
    avatar_ctime: Math.floor(startedAt.getTime() / 1000),
    gps: `(${latitude}, ${longitude})`,
    gps_good: 9,
    tdoa_id: '',
    tdoa_ch: -1,
    asl: altitude,
    loc: location,
    sw_version: `KiwiSDR_v${version}`,
    antenna,
    ant_connected: 1,
    uptime: Math.floor((now.getTime() - startedAt.getTime()) / 1000),
    date: now.toUTCString(),
  };
  const body = Object.entries(lines).map(([key, value]) => `${key}=${value}\n`);
  return { contentType: 'text/plain; charset=utf-8', body: body.join('') };
}

function home({ title, location, antenna, profiles, maxUsers }: Receiver, { users }: ReceiverState): Page {
  const bands = profiles.map(({ name, centerHz }) => `<li>${name}: ${centerHz / 1e6} MHz</li>`).join('');
  return {
    contentType: 'text/html; charset=utf-8',
    body: `<!doctype html><html lang="en"><title>${title}</title><h1>${title}</h1>
<p>${location}. Antenna: ${antenna}. Listeners: ${users} of ${maxUsers}.</p><ul>${bands}</ul></html>\n`,
  };
}
