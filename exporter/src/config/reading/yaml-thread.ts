/** Parses what is short at once, and what is long in a thread of its own, with limits of time and memory: the ticks go on meanwhile. */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { formatPath, type Path } from './problems';
import { lineIn } from './yaml-nodes';
import { parseYaml, unusable, type ParseOptions, type YamlContent } from './yaml-text';

export interface ParsedText extends Pick<YamlContent, 'value' | 'problems' | 'fatal'> {
  /** The line of a value's key (or list item); of the nearest enclosing one when there is no such key. */
  lineOf(path: Path): number | undefined;
  /** Names of the variables in the value at `path`; `undefined` if it was written out. */
  variablesOf(path: Path): string[] | undefined;
  /** Whether a variable of the value at `path` could not be expanded: it is among the problems. */
  isBroken(path: Path): boolean;
}

/** What is parsed at once takes less time than a tick may come late: each alias is looked for in all of the text, and keys in keys in one line are worse. */
const SHORT_CHARACTERS = 16_384;
const FEW = 20;
const MOST_SECONDS = 15;
/** A mebibyte of YAML takes less, and with all else of the process it stays below the 256 MiB of the shipped containers. */
const LIMITS = { maxOldGenerationSizeMb: 88, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 };

/** As it is built, also for the tests, which run the sources. */
const SCRIPT = join(__dirname, '..', '..', '..', 'dist', 'config', 'reading', 'yaml-worker.js');

/** Parses one document; never throws for what is in it. @param file its name, for the problems */
export async function readYaml(text: string, file: string, options: ParseOptions = {}): Promise<ParsedText> {
  const content = isShort(text) ? parseYaml(text, file, options) : await inThread(text, file, options);
  const { value, problems, fatal, lines, expanded } = content;
  return {
    value,
    problems,
    fatal,
    lineOf: (path) => lineIn(lines, path),
    variablesOf: (path) => expanded.get(formatPath(path))?.variables,
    isBroken: (path) => expanded.get(formatPath(path))?.broken ?? false,
  };
}

function isShort(text: string): boolean {
  if (text.length > SHORT_CHARACTERS || hasMany(text, '*')) return false;
  return !text.split('\n').some((line) => hasMany(line, ': ')) || isJson(text);
}

const hasMany = (text: string, sign: string) => text.split(sign, FEW + 2).length > FEW + 1;

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function inThread(text: string, file: string, { env }: ParseOptions): Promise<YamlContent> {
  return new Promise((resolve) => {
    const worker = new Worker(SCRIPT, {
      workerData: { text, file, options: env ? { env: { ...env } } : {} },
      resourceLimits: LIMITS,
      stderr: true,
    });
    const end = (content: YamlContent) => {
      clearTimeout(timer);
      void worker.terminate();
      resolve(content);
    };
    const timer = setTimeout(
      () => end(unusable(file, `takes longer than ${MOST_SECONDS} s to read; is it the right file?`)),
      MOST_SECONDS * 1000
    );
    worker.once('message', end);
    worker.once('error', (error: NodeJS.ErrnoException) =>
      end(
        unusable(
          file,
          error.code === 'ERR_WORKER_OUT_OF_MEMORY'
            ? 'takes too much memory to read; split it into several files, or write targets as JSON'
            : 'cannot be read as YAML'
        )
      )
    );
  });
}
