/** Parses the status pages of web receiver software. */
import { asNumber, asText, asVersion, fieldsOf, firstOf, isRecord, names, parseJson } from '../kit/json-reader';

export interface ReceiverReport {
  software: string;
  version?: string;
  users?: number;
  usersMax?: number;
  /** Name given by its operator. */
  name?: string;
  location?: string;
  /** Whether it is closed to listeners. */
  offline: boolean;
}

const count = (value: unknown) => {
  const number = asNumber(value);
  return number !== undefined && number >= 0 ? Math.round(number) : undefined;
};

/**
 * `/status.json` of OpenWebRX and its forks; `undefined` for other documents.
 * Source: owrx/controllers/status.py of https://github.com/jketterl/openwebrx. Releases omit the number of listeners.
 */
export function parseOpenWebRx(text: string): ReceiverReport | undefined {
  const value = parseJson(text);
  if (!isRecord(value)) return undefined;
  const fields = fieldsOf(value);
  if (!isRecord(fields.get('receiver'))) return undefined;
  const receiver = fieldsOf(fields.get('receiver'));
  return {
    software: 'OpenWebRX',
    version: firstOf(fields, names('version sw_version'), asVersion),
    users: firstOf(fields, names('clients users'), count),
    usersMax: firstOf(fields, names('max_clients users_max'), count),
    name: firstOf(receiver, names('name'), asText(60)),
    location: firstOf(receiver, names('location'), asText(60)),
    offline: false,
  };
}

/**
 * The number of listeners in `/metrics.json` of OpenWebRX: `{"openwebrx": {"users": 3}}`, or `{"value": 3}` instead of
 * the number.
 */
export function parseOpenWebRxUsers(text: string): number | undefined {
  const users = fieldsOf(fieldsOf(parseJson(text)).get('openwebrx')).get('users');
  return count(isRecord(users) ? fieldsOf(users).get('value') : users);
}

/**
 * `/status` of KiwiSDR: lines of `key=value`; `undefined` for other documents. Early versions of OpenWebRX had the same
 * page.
 * Source: AJAX_STATUS in https://github.com/jks-prv/KiwiSDR.
 */
export function parseKiwiSdr(text: string): ReceiverReport | undefined {
  const lines = text.split('\n', 200).flatMap((line) => {
    const [, key, value = ''] = /^([a-z_]+)=(.*)$/i.exec(line.trim()) ?? [];
    return key === undefined ? [] : [[key, value] as const];
  });
  const fields = fieldsOf(Object.fromEntries(lines));
  const said = ['status', 'users', 'sdr_hw', 'sw_version', 'op_email'].filter((key) =>
    fields.has(key.replace('_', ''))
  );
  if (said.length < 3) return undefined;
  const [, software = 'KiwiSDR', version] =
    /^([A-Za-z]+)[_ ]v?(.*)$/.exec(firstOf(fields, names('sw_version'), asText(60)) ?? '') ?? [];
  return {
    software,
    version: asVersion(version),
    users: firstOf(fields, names('users'), count),
    usersMax: firstOf(fields, names('users_max'), count),
    name: firstOf(fields, names('name'), asText(60)),
    location: firstOf(fields, names('loc'), asText(60)),
    offline: fields.get('offline') === 'yes' || fields.get('status') === 'offline',
  };
}
