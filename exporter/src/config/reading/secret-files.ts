/** Reads the `*_file` twins of secrets: `url_file: /run/secrets/database_url` sets `url`. */
import { resolve } from 'node:path';
import { keysWithFile } from '../../fields/secrets';
import { COMPONENT_SCHEMAS, isProbeName } from '../../probes';
import type { ConfigProblem } from './problems';
import { readText, UnreadableFile } from './read-text';
import { keysAt } from './schema-keys';
import { type ComponentSource, isMap, problemAt } from './source';

/** A secret is a line or a certificate, not a disk. */
const MAX_SECRET_BYTES = 65_536;

export interface ReadSecrets {
  problems: ConfigProblem[];
  /** Absolute paths of the files, to watch. */
  files: string[];
  /** Keys whose value was read, or should have been. */
  keys: Set<string>;
}

/** A component without secret files. */
export const NO_SECRETS: ReadSecrets = { problems: [], files: [], keys: new Set() };

/**
 * Puts the content of each `X_file` of a component in the place of `X`, and takes `X_file` itself away.
 * @param directory what relative names are relative to
 */
export async function readSecretFiles(source: ComponentSource, directory: string): Promise<ReadSecrets> {
  const { value } = source;
  if (!isMap(value) || !isProbeName(value['probe'])) return NO_SECRETS;
  return readSecrets(source, value, keysWithFile(keysAt(COMPONENT_SCHEMAS[value['probe']], [])), directory);
}

/** The same for any map of settings. @param keys those that may be set by a file */
export async function readSecrets(
  source: ComponentSource,
  value: Record<string, unknown>,
  keys: readonly string[],
  directory: string
): Promise<ReadSecrets> {
  const read: ReadSecrets = { problems: [], files: [], keys: new Set() };
  for (const key of keys) {
    const fileKey = `${key}_file`;
    const name = value[fileKey];
    // anything else than a name is for the schema to complain about
    if (typeof name !== 'string' || name === '' || source.isBroken([fileKey])) continue;
    if (value[key] !== undefined) {
      read.problems.push(problemAt(source, [fileKey], `${key} is set too; keep one of them`));
      continue;
    }
    const path = resolve(directory, name);
    // a secret may stand in the variable in the place of its file's name
    const shown = source.isText([fileKey]) ? 'this file' : `the file ${name}`;
    read.files.push(path);
    read.keys.add(key);
    delete value[fileKey];
    try {
      const text = (await readText(path, MAX_SECRET_BYTES)).trim();
      if (text === '') read.problems.push(problemAt(source, [fileKey], `${shown} is empty`));
      else value[key] = text;
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      read.problems.push(problemAt(source, [fileKey], `${shown}: ${error.message}`));
    }
  }
  return read;
}
