/** Reads the `*_file` twins of secrets: `url_file: /run/secrets/database_url` sets `url`, `tls.key_file` sets `tls.key`. */
import { resolve } from 'node:path';
import type { z } from 'zod';
import { fileSettingsIn } from '../../fields/secrets';
import { COMPONENT_SCHEMAS, isProbeName } from '../../probes';
import { convertMaps } from './conversion';
import { type ConfigProblem, formatPath } from './problems';
import { readText, UnreadableFile } from './read-text';
import { type ComponentSource, isMap, problemAt } from './source';

/** A secret is a line or a key, so a large file is a mistake. */
const MAX_SECRET_BYTES = 65_536;
/** A bundle of certificate authorities may be large. */
const MAX_PUBLIC_BYTES = 1_048_576;

/** Contents of files, by absolute path and size limit: thousands of components may name the same authority. */
export type FileTexts = Map<string, Promise<string>>;

export interface ReadSecrets {
  problems: ConfigProblem[];
  /** Absolute paths of the files, to be watched. */
  files: string[];
  /** Paths of the settings that come from files, whether or not reading succeeded, as written by {@link formatPath}. */
  keys: Set<string>;
}

/** A component without secret files. */
export const NO_SECRETS: ReadSecrets = { problems: [], files: [], keys: new Set() };

/**
 * Replaces each `X_file` of a component by `X` with the content of the file.
 * @param directory base of relative file names
 */
export async function readSecretFiles(
  source: ComponentSource,
  directory: string,
  texts?: FileTexts
): Promise<ReadSecrets> {
  const { value } = source;
  if (!isMap(value) || !isProbeName(value['probe'])) return NO_SECRETS;
  return readSecrets(source, COMPONENT_SCHEMAS[value['probe']], directory, texts);
}

/** The same for any map of settings. @param schema says which settings may come from a file */
export async function readSecrets(
  source: ComponentSource,
  schema: z.ZodObject,
  directory: string,
  texts: FileTexts = new Map()
): Promise<ReadSecrets> {
  const read: ReadSecrets = { problems: [], files: [], keys: new Set() };
  // the map may have been written as one text
  convertMaps(schema, source.value, source.isText);
  for (const { path: at, map, key, secret } of fileSettingsIn(schema, source.value)) {
    const fileKey = `${key}_file`;
    const filePath = [...at, fileKey];
    const report = (message: string) => read.problems.push(problemAt(source, filePath, message));
    const name = map[fileKey];
    // anything but a file name is reported by the schema
    if (typeof name !== 'string' || name === '' || source.isBroken(filePath)) continue;
    if (map[key] !== undefined) {
      report(`${key} is set too; keep one of them`);
      continue;
    }
    const path = resolve(directory, name);
    // the variable may hold the secret instead of the file name
    const isText = filePath.some((_, index) => source.isText(filePath.slice(0, index + 1)));
    const shown = isText || !mayBeName(name) ? 'this file' : `the file ${name}`;
    read.files.push(path);
    read.keys.add(formatPath([...at, key]));
    delete map[fileKey];
    try {
      const text = await readOnce(path, secret ? MAX_SECRET_BYTES : MAX_PUBLIC_BYTES, texts);
      if (text === '') report(`${shown} is empty`);
      else map[key] = text;
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      report(`${shown}: ${error.message}`);
    }
  }
  return read;
}

/** Somebody may have put the secret itself, such as a key, in the place of its file's name. */
function mayBeName(text: string): boolean {
  return text.length <= 255 && !/[\r\n]|-----BEGIN/.test(text);
}

function readOnce(path: string, maxBytes: number, texts: FileTexts): Promise<string> {
  const key = `${maxBytes} ${path}`;
  const before = texts.get(key);
  if (before) return before;
  const reading = readText(path, maxBytes, { pipes: true }).then((text) => text.trim());
  texts.set(key, reading);
  return reading;
}
