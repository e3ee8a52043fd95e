/** Values of flags, read from their text. Each throws commander's InvalidArgumentError, with what was expected. */
import { InvalidArgumentError } from 'commander';

export interface Address {
  /** Absent: all addresses of the machine. */
  host?: string;
  port: number;
}

export function parseAddress(text: string): Address {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:\s]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65_535) throw new InvalidArgumentError('Expected host:port or :port, e.g. 127.0.0.1:10111.');
  const host = match[1] ?? match[2];
  return host ? { host, port } : { port };
}

export function parseExternalUrl(text: string): URL {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text))
    throw new InvalidArgumentError('Expected a URL, e.g. https://example.org/onehertz/.');
  return new URL(text);
}

export function parseRoutePrefix(text: string): string {
  if (!/^\/(?:[\w.~-]+(?:\/|$))*$/.test(text)) throw new InvalidArgumentError('Expected a path, e.g. /onehertz.');
  return text;
}

export function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d{1,6}$/.test(text) || count < 1) throw new InvalidArgumentError('Expected a number from 1 to 999999.');
  return count;
}
