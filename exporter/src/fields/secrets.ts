/** Which settings are secret: said once, by the schema of the setting. */
import { z } from 'zod';
import { secretsOfUrl } from '../text/redact';
import { secretsOfHeader, secretsOfLogin } from '../text/secrets';

declare module 'zod' {
  interface GlobalMeta {
    /**
     * Where the secret stands in a value that is not secret as a whole. `headers`: in the values of headers that log in;
     * `login`: behind the word with which a protocol of text logs in; `made name`: all of it, if it is too long for a name that a person chose; `false`: nowhere,
     * though it may be read from a file.
     */
    secret?: 'headers' | 'login' | 'made name' | false;
    /** The heading in docs/configuration.md under which the keys of a map are told, in the place of each probe that has it. */
    section?: string;
  }
}

/** The twin of a secret: the file that holds it, read at load, surrounding white space removed. */
const secretFile = (key: string) => z.string().min(1).optional().describe(`File that holds \`${key}\`, read at load.`);

type WithFile<K extends string, S> = Record<K, S> & Record<`${K}_file`, ReturnType<typeof secretFile>>;

/** A setting that may hold a secret, and its twin `<key>_file`. Having a twin is what makes it secret, unless its schema says otherwise. */
export function withFile<K extends string, S extends z.ZodType>(key: K, schema: S): WithFile<K, S> {
  return { [key]: schema, [`${key}_file`]: secretFile(key) } as WithFile<K, S>;
}

type Shape = Readonly<Record<string, z.core.$ZodType>>;

/** Keys of a map that may be set by a file instead: `password` if there is `password_file`. */
function keysWithFile(keys: readonly string[]): string[] {
  return keys.filter((key) => keys.includes(`${key}_file`));
}

/** Whether messages must not repeat the value at this path. */
export function isSecret(schema: z.core.$ZodType, [key, ...rest]: readonly PropertyKey[]): boolean {
  if (key === undefined) return false;
  return optionsOf(schema).some((option) => {
    if (option instanceof z.ZodArray) return isSecret(option.def.element, rest);
    if (!(option instanceof z.ZodObject)) return false;
    const shape = option.shape as Shape;
    const field = Object.hasOwn(shape, key) ? shape[String(key)] : undefined;
    if (field === undefined) return Object.hasOwn(shape, `${String(key)}_file`);
    return holdsSecret(shape, String(key)) || isSecret(field, rest);
  });
}

function holdsSecret(shape: Shape, key: string): boolean {
  const secret = metaOf(shape[key])?.secret;
  return secret === undefined ? Object.hasOwn(shape, `${key}_file`) : secret !== false;
}

/** A setting that a file may hold, and where it stands among the settings. */
export interface FileSetting {
  path: readonly string[];
  /** The map that it stands in. */
  map: Record<string, unknown>;
  key: string;
  secret: boolean;
}

/** Each setting that names a file in the place of a value: `url_file`, `tls.key_file`; also in the maps inside. */
export function fileSettingsIn(schema: z.core.$ZodType, value: unknown, path: readonly string[] = []): FileSetting[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const map = value as Record<string, unknown>;
  return optionsOf(schema).flatMap((option) => {
    if (!(option instanceof z.ZodObject)) return [];
    const shape = option.shape as Shape;
    const own = keysWithFile(Object.keys(shape))
      .filter((key) => map[`${key}_file`] !== undefined)
      .map((key) => ({ path, map, key, secret: holdsSecret(shape, key) }));
    const inner = Object.entries(shape).flatMap(([key, field]) => fileSettingsIn(field, map[key], [...path, key]));
    return [...own, ...inner];
  });
}

/** What a value may be checked against: the halves of a union, or the one schema. */
function optionsOf(schema: z.core.$ZodType): z.core.$ZodType[] {
  const inner = unwrapped(schema);
  return inner instanceof z.ZodUnion ? inner.options.flatMap(optionsOf) : [inner];
}

/**
 * All secrets that settings hold, by their schema, also those in maps and lists inside; for createMask() and redact().
 * User names are none: who is on call needs them.
 */
export function secretsIn(schema: z.core.$ZodType, settings: unknown): string[] {
  return [...new Set(collect(schema, settings))].filter((secret) => secret !== '');
}

function collect(schema: z.core.$ZodType, value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return optionsOf(schema).flatMap((option) => {
    if (option instanceof z.ZodArray)
      return Array.isArray(value) ? value.flatMap((item) => collect(option.def.element, item)) : [];
    return option instanceof z.ZodObject ? collectFrom(option.shape, value as Record<string, unknown>) : [];
  });
}

function collectFrom(shape: Shape, map: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(shape).flatMap(([key, field]) => {
    const setting = map[key];
    const kind = metaOf(field)?.secret;
    if (typeof setting === 'string') {
      if (kind === 'login') return secretsOfLogin(setting);
      if (kind === 'made name') return setting.length >= MADE_NAME_LENGTH ? [setting] : [];
      return holdsSecret(shape, key) ? secretsOfText(setting) : [];
    }
    return kind === 'headers' ? secretsOfHeaders(setting) : collect(field, setting);
  });
}

/** Names that were made, such as the access keys of clouds, are as long as this. */
const MADE_NAME_LENGTH = 16;

/** A URL holds its password, and so does each of several that semicolons separate; any other text is the secret itself. */
function secretsOfText(text: string): string[] {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return [text];
  return [...secretsOfUrl(text), ...text.split(/;\s*(?=[a-z][a-z0-9+.-]*:\/\/)/i).flatMap(secretsOfUrl)];
}

const SECRET_HEADER = /auth|token|key|secret|cookie|password/i;

function secretsOfHeaders(headers: unknown): string[] {
  if (typeof headers !== 'object' || headers === null) return [];
  const secret = Object.entries(headers).filter(([name]) => SECRET_HEADER.test(name));
  return secret.flatMap(([, value]) => (typeof value === 'string' ? secretsOfHeader(value) : []));
}

function metaOf(schema: z.core.$ZodType | undefined) {
  return schema && z.globalRegistry.get(schema);
}

/** What stands inside of `optional()`, `default()` and the like. */
export function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault
    ? unwrapped(schema.def.innerType)
    : schema;
}
