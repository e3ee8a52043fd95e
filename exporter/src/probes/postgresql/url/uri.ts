/** Parses a connection URI as libpq does, not as a standard URL: several hosts, sockets, a fixed set of parameters. */
import { PARAMETERS, resolveAlias } from './parameters';

/** Values by libpq's parameter names; lists of hosts and ports separated by commas, as in libpq. */
export type Values = Partial<Record<string, string>>;

export type ReadUri = { values: Values; problem?: undefined } | { problem: string };

const SCHEME = /^postgres(?:ql)?:\/\//;
const ENCODE = 'percent-encode special characters in user and password';

/** Names the parameter but no value, which may be part of a password that was not percent-encoded. */
class UriProblem extends Error {}

/**
 * https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS
 * @returns the values, or the reason why it is invalid, without quoting a value
 */
export function readUri(text: string): ReadUri {
  const uri = text.trim();
  if (uri === '') return { problem: 'expected a URL such as postgresql://host, got an empty value' };
  if (!SCHEME.test(uri)) return { problem: 'expected a URL that begins with postgresql:// or postgres://' };
  try {
    return { values: parse(uri.replace(SCHEME, '')) };
  } catch (error) {
    if (!(error instanceof UriProblem)) throw error;
    // what looks like a parameter is the end of a password, if an "@" comes after it
    const rest = uri.replace(SCHEME, '');
    const parameters = rest.search(/[/?#]/);
    return {
      problem: parameters >= 0 && rest.includes('@', parameters) ? `it cannot be parsed; ${ENCODE}` : error.message,
    };
  }
}

function parse(rest: string): Values {
  const values: Values = {};
  const set = (name: string, value: string) => {
    if (value !== '') values[name] = value;
  };
  const [, login, address = '', path, query] = /^(?:([^@/]*)@)?([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/s.exec(rest) ?? [];
  if (address.includes('@')) throw new UriProblem(`it has more than one "@"; ${ENCODE}`);
  if (login !== undefined) {
    const colon = login.indexOf(':');
    set('user', decode(colon < 0 ? login : login.slice(0, colon)));
    if (colon >= 0) set('password', decode(login.slice(colon + 1)));
  }
  const places = address.split(',').map(readPlace);
  set(
    'host',
    places
      .map(({ host }) => host)
      .join(',')
      .replace(/^,+$/, '')
  );
  set(
    'port',
    places
      .map(({ port }) => port)
      .join(',')
      .replace(/^,+$/, '')
  );
  if (places.length > 1) Object.assign(values, { host: places.map(({ host }) => host).join(',') });
  if (path !== undefined) set('dbname', decode(path));
  if (query) for (const part of query.split('&')) readParameter(part, values);
  return values;
}

function readPlace(text: string): { host: string; port: string } {
  const [, bracketed, name = '', port = ''] = /^(?:\[([^\]]+)\]|([^:[\]]*))(?::(.*))?$/s.exec(text) ?? [];
  if (bracketed === undefined && name === '' && !/^(:.*)?$/s.test(text))
    throw new UriProblem('expected an IPv6 address in brackets: postgresql://[::1]:5432/database');
  if (port !== '' && !/^\d+$/.test(port)) throw new UriProblem(`expected a number as the port; ${ENCODE}`);
  return { host: decode(bracketed ?? name), port };
}

function readParameter(part: string, values: Values): void {
  const [written = '', ...rest] = part.split('=');
  const name = decode(written);
  if (name === '') throw new UriProblem('a parameter without a name; separate parameters with one "&"');
  const [value, more] = rest;
  if (value === undefined)
    throw new UriProblem(`the parameter "${shown(name)}" has no value; expected ${shown(name)}=…`);
  if (more !== undefined)
    throw new UriProblem(`the parameter "${shown(name)}" has more than one "="; write %3D for it`);
  const meant = resolveAlias(name, decode(value));
  const known = PARAMETERS.get(meant.name);
  if (known === undefined)
    throw new UriProblem(`unknown parameter "${shown(name)}"; psql does not know it either: correct or remove it`);
  const reason = meant.value === '' ? undefined : known.check(meant.value);
  if (reason !== undefined) throw new UriProblem(`${shown(name)}: ${reason}`);
  if (meant.ignored !== true) values[meant.name] = meant.value;
}

const shown = (name: string) => (name.length > 40 ? `${name.slice(0, 39)}…` : name);

/** Decodes each escape once; an invalid escape is an error, as in libpq. */
function decode(text: string): string {
  if (/%(?![0-9a-f]{2})/i.test(text))
    throw new UriProblem(`expected two hexadecimal digits after each "%"; write %25 for "%" itself`);
  if (text.includes('%00')) throw new UriProblem('%00 is not allowed');
  // byte by byte: invalid UTF-8 is left to the server
  return text.includes('%') ? Buffer.from(text.replace(/[^%]+|%../gs, bytesOf), 'hex').toString() : text;
}

const bytesOf = (part: string) => (part.startsWith('%') ? part.slice(1) : Buffer.from(part).toString('hex'));
