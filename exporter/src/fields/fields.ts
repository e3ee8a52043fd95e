/** Types of the values in a component's configuration. No message quotes a value, as it may hold a password. */
import { z } from 'zod';
import { duration } from './duration';

export const COMPONENT_NAME = /^[a-z0-9][a-z0-9_-]*$/;
const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
/** A problem at a path within some settings; the message does not repeat the path. */
export interface Finding {
  path: PropertyKey[];
  message: string;
}

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
// what HTTP allows in a field value (RFC 9110 §5.5), in the encoding that Node sends
export const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

export const componentName = () =>
  z
    .string()
    .regex(COMPONENT_NAME, 'expected lower-case letters, digits, "_" and "-", beginning with a letter or digit')
    .max(100);

declare module 'zod' {
  interface GlobalMeta {
    /** For a URL: the allowed schemes; the first is the default for a target without one. */
    schemes?: readonly string[];
  }
}

const QUOTED = /^\s*["'\u2018-\u201f`]/;

/** A URL with one of `schemes`. */
export const url = (...schemes: [string, ...string[]]) =>
  z
    .string()
    .superRefine((value, context) => {
      const example = `expected a URL such as ${schemes[0]}://host`;
      const begins = `expected a URL that begins with ${schemes.map((known) => `${known}://`).join(' or ')}`;
      const fail = (message: string) => context.addIssue({ code: 'custom', message });
      if (value.trim() === '') return fail(`${example}, got an empty value`);
      if (QUOTED.test(value))
        return fail(
          `${example}, but it begins with a quote; in a list of Compose, quotes are part of the value: write - NAME=value`
        );
      const scheme = /^\s*([a-z][a-z0-9+.-]*):\/\//i.exec(value)?.[1]?.toLowerCase();
      if (scheme !== undefined && !schemes.includes(scheme)) return fail(begins);
      if (!URL.canParse(value))
        return fail(`${example}, but it cannot be parsed; percent-encode special characters in a password`);
      const { protocol, hostname } = new URL(value);
      if (!schemes.includes(protocol.slice(0, -1))) return fail(begins);
      // libpq accepts the folder of a Unix socket as the parameter "host"
      if (hostname === '' && !protocol.startsWith('postgres')) return fail(`${example}, but it has no host`);
    })
    .meta({ schemes });

export const httpUrl = () => url('http', 'https');

/** `host:port`, an IPv6 address in brackets; a leading `tcp://` is removed. */
export const address = z
  .string()
  .regex(/^(?:tcp:\/\/)?(\[[0-9a-fA-F:.]+\]|[^:/\s[\]]+):\d{1,5}\/?$/, {
    error: 'expected host:port, e.g. "db.example:5432"',
    abort: true,
  })
  .transform((value) => value.replace(/^tcp:\/\/|\/$/g, ''))
  .refine((value) => Number(value.slice(value.lastIndexOf(':') + 1)) <= 65_535, 'expected a port of at most 65535');

/** The same as a URL. Messages do not quote it: it may be a full URL with a password. */
export const addressUrl = z
  .string()
  .refine((value) => address.safeParse(value).success, 'expected tcp://host:port, without a user or a path')
  .transform((value) => address.parse(value));

export const positive = () => z.number().int().min(1);

const labelName = z
  .string()
  .regex(LABEL, 'expected a label name such as "region"')
  .superRefine((name, context) => {
    if (name.startsWith('__'))
      context.addIssue('labels that begin with "__" are settings, and this is not one of them');
  });

export const labels = z.record(labelName, z.string().max(200));

const MOST_LINKS = 10;

/** Whether an address has a user or a password in it: not everybody may see it then. */
export const namesUser = (address: string): boolean => /^\w+:\/\/[^/?#]*@/.test(address);

/** Pages about a component, by their names for people. */
export const links = z
  .record(z.string().trim().min(1, 'expected a name for the link').max(40), httpUrl())
  .refine((found) => Object.keys(found).length <= MOST_LINKS, `expected at most ${MOST_LINKS} links`)
  .refine(
    (found) => !Object.values(found).some(namesUser),
    'expected addresses without user and password: everybody who sees the board sees them'
  );

export const maintenance = z.strictObject({
  cron: z.string().min(1).describe('When a window begins: five cron fields, e.g. `0 3 * * 0`.'),
  duration: duration().describe('How long it lasts.'),
  timezone: z
    .string()
    .min(1)
    .optional()
    .describe('IANA name, e.g. `Europe/Rome`; default: the time zone of the process.'),
});

/** Headers of HTTP requests. */
export const headers = z.record(
  z.string().regex(HEADER_NAME, 'expected the name of an HTTP header'),
  z.string().max(4096).regex(HEADER_VALUE, 'expected printable characters in one line')
);
