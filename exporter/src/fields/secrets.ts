/** Which settings are secret, as declared in their schemas. */
import { z } from 'zod';
import { secretsOfUrl } from '../text/redact';
import { secretsOfHeader, secretsOfLogin } from '../text/secrets';

declare module 'zod' {
  interface GlobalMeta {
    /**
     * Which part of a value is secret. `headers`: values of headers that authenticate; `login`: what follows a login
     * command in a text protocol; `made name`: the whole value, if it is too long for a name chosen by a person;
     * `false`: nothing, although it may be read from a file.
     */
    secret?: 'headers' | 'login' | 'made name' | false;
    /**
     * The heading in docs/configuration.md under which the keys of a map are listed once, instead of at each probe that
     * has it.
     */
    section?: string;
  }
}

/** The twin of a secret: a file with the secret, read at load; surrounding white space is removed. */
const secretFile = (key: string) => z.string().min(1).optional().describe(`File that holds \`${key}\`, read at load.`);

type WithFile<K extends string, S> = Record<K, S> & Record<`${K}_file`, ReturnType<typeof secretFile>>;

/**
 * A setting that may hold a secret, and its twin `<key>_file`. A setting with a twin is secret unless its schema says
 * otherwise.
 */
export function withFile<K extends string, S extends z.ZodType>(key: K, schema: S): WithFile<K, S> {
  return { [key]: schema, [`${key}_file`]: secretFile(key) } as WithFile<K, S>;
}

type Shape = Readonly<Record<string, z.core.$ZodType>>;

/** Keys of a map that may be set by a file: `password` if there is `password_file`. */
function keysWithFile(keys: readonly string[]): string[] {
  return keys.filter((key) => keys.includes(`${key}_file`));
}

/** Whether the value at this path must not be quoted in messages. */
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

/** A setting that may come from a file, and its position. */
export interface FileSetting {
  path: readonly string[];
  /** The map that contains it. */
  map: Record<string, unknown>;
  key: string;
  secret: boolean;
}

/** Each setting that names a file instead of a value, including nested ones: `url_file`, `tls.key_file`. */
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

/** The schemas that a value may match: the members of a union, or the schema itself. */
function optionsOf(schema: z.core.$ZodType): z.core.$ZodType[] {
  const inner = unwrapped(schema);
  return inner instanceof z.ZodUnion ? inner.options.flatMap(optionsOf) : [inner];
}

/**
 * All secrets in the settings, according to their schema, including nested maps and lists; for createMask() and
 * redact(). User names are not secret: they are needed for diagnosis.
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

/** Generated names, such as access keys of cloud providers, have at least this length. */
const MADE_NAME_LENGTH = 16;

/**
 * In a URL, or each of several URLs separated by semicolons, the password is the secret; any other text is secret as a
 * whole.
 */
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

/** The schema inside `optional()`, `default()` and the like. */
export function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault
    ? unwrapped(schema.def.innerType)
    : schema;
}
